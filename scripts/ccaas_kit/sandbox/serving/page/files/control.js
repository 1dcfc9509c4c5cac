// Reset, snapshots, clock and logins.
import { ask, by, make } from './dom.js';
import { look, onNews } from './live.js';

async function act(path, body, done) {
  try {
    await ask(path, { method: 'POST', body });
    by('state-done').textContent = done;
  } catch (error) {
    by('state-done').textContent = `Not done: ${error.message}`;
  }
  await look();
}

by('reset').addEventListener('click', () => act('reset', {}, 'The sandbox is as at its start.'));
by('snapshot-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = by('snapshot-name').value;
  act('snapshot', { name }, `The state is kept as ${name}.`);
});
by('clock-form').addEventListener('submit', (event) => {
  event.preventDefault();
  act('clock', { stand_at: by('clock-time').value }, 'The clock was set.');
});
for (const button of document.querySelectorAll('[data-clock]')) {
  button.addEventListener('click', () => act('clock', JSON.parse(button.dataset.clock), 'The clock was set.'));
}

export function listLogins(logins) {
  by('logins').replaceChildren(...logins.map((login) => {
    const button = make('button', { type: 'button', ariaLabel: `Show the password of ${login.name}` }, 'Show');
    button.addEventListener('click', () => button.replaceWith(make('code', {}, login.password)));
    return make('tr', {}, make('th', { scope: 'row' }, make('code', {}, login.name)),
      make('td', {}, login.password === login.name ? make('code', {}, login.password) : button),
      make('td', { className: 'roles' }, login.roles.join(', ') || 'no role'));
  }));
}

function takeSnapshots(names) {
  if (names.join() === by('snapshots').dataset.names) return;
  by('snapshots').dataset.names = names.join();
  by('snapshots').replaceChildren(...names.map((name) => {
    const button = make('button', { type: 'button' }, `Go back to ${name}`);
    button.addEventListener('click', () => act('restore', { name }, `The state is that of ${name}.`));
    return make('li', {}, button);
  }));
}

onNews((news) => {
  by('clock').textContent = `${news.now.slice(0, 19).replace('T', ' ')} UTC, ${news.stands ? 'stands still' : 'runs'}`;
  takeSnapshots(news.snapshots);
});
