// The list of requests, and each one opened: why it was refused, headers and bodies.
import { fill } from './calls.js';
import { ask, by, copying, curl, make, matches, pretty, statusOf } from './dom.js';
import { loginOf, look, onNews, state } from './live.js';
import { goTo } from './tabs.js';

const MOST_LINES = 200;
let paused = false;

function line(entry) {
  const open = make('button', { type: 'button', className: 'open', ariaExpanded: 'false' }, entry.operation || 'no operation');
  const row = make('tr', { className: 'line new' },
    make('td', { className: 'time' }, entry.at ? new Date(entry.at * 1000).toLocaleTimeString([], { hour12: false }) : ''),
    make('td', { className: 'what' }, open, ' ', entry.faulty ? make('span', { className: 'tag' }, 'faults on') : null,
      entry.ignored.length ? make('span', { className: 'tag' }, `not understood: ${entry.ignored.join(', ')}`) : null,
      make('span', { className: 'url' }, `${entry.method} ${entry.path}${entry.query ? `?${entry.query}` : ''}`)),
    make('td', { className: 'state' }, statusOf(entry.status)),
    make('td', { className: 'user' }, entry.user || '–'),
    make('td', { className: 'number' }, entry.ms === undefined ? '' : entry.ms.toFixed(1)));
  row.dataset.number = entry.number;
  row.dataset.text = [entry.operation, entry.method, entry.path, entry.query, entry.status, entry.user].join(' ');
  row.dataset.status = entry.status;
  row.addEventListener('click', (event) => {
    if (event.target.closest('button') || !String(getSelection())) toggle(row, open);
  });
  return row;
}

async function toggle(row, open) {
  if (row.nextElementSibling?.classList.contains('whole')) {
    row.nextElementSibling.remove();
    open.ariaExpanded = 'false';
    return;
  }
  open.ariaExpanded = 'true';
  const cell = make('td', { colSpan: 5 });
  row.after(make('tr', { className: 'whole' }, cell));
  try {
    cell.append(whole(await ask(`page/exchange?number=${row.dataset.number}`)));
  } catch {
    cell.append(make('p', { className: 'note' }, 'The sandbox has not kept headers and bodies of this request.'));
  }
}

function whole(entry) {
  const target = entry.path + (entry.query ? `?${entry.query}` : '');
  const own = ['host', 'content-length', 'connection', 'accept-encoding', 'authorization', 'x-sn-apikey', 'cookie', 'origin', 'referer', 'user-agent'];
  const headers = entry.request.headers.filter(([name]) => !own.includes(name) && !name.startsWith('sec-'));
  const login = loginOf(entry.user);
  const copy = copying(make('button', { type: 'button' }, 'Copy as curl'),
    () => curl({ method: entry.method, target, headers, login, body: entry.request.body }));
  const again = make('button', { type: 'button', hidden: !entry.base }, 'Edit in Try it');
  again.addEventListener('click', () => {
    fill({ operation: entry.base, target, headers: Object.fromEntries(headers), body: pretty(entry.request.body), user: login ? login.name : '' });
    goTo('try');
  });
  return make('div', {}, why(entry), make('div', { className: 'bar' }, copy, again),
    make('div', { className: 'columns' }, side('Request', entry.request), side('Response', entry.response)));
}

function why(entry) {
  if (!entry.why) return entry.faults.length ? make('p', { className: 'note' }, `Faults that were on: ${entry.faults.join(', ')}`) : null;
  const { reasons, clauses } = entry.why;
  return make('div', { className: 'why' }, make('h4', {}, `Why ${entry.status}`),
    make('ul', {}, ...reasons.map((text) => make('li', {}, text))),
    ...(clauses.length ? [make('h4', {}, `What the contract says of ${entry.status} here`),
      make('ul', {}, ...clauses.map((clause) => make('li', {}, make('code', {}, clause.id), ` ${clause.says} (${clause.evidence})`)))] : []));
}

function side(title, { headers, body, bytes, cut }) {
  return make('div', {}, make('h4', {}, title),
    make('dl', {}, ...headers.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)])),
    body ? make('pre', { tabIndex: 0, ariaLabel: `Body of the ${title.toLowerCase()}` }, pretty(body)) : make('p', { className: 'note' }, 'No body'),
    cut ? make('p', { className: 'note' }, `The first part of ${bytes} bytes.`) : null);
}

function filterRequests() {
  const words = by('request-filter').value.trim(), refused = by('only-refused').checked;
  const rows = [...document.querySelectorAll('#request-list tr.line')];
  for (const row of rows) {
    row.hidden = (refused && row.dataset.status < 400) || !matches(words, row.dataset.text);
    if (row.nextElementSibling?.classList.contains('whole')) row.nextElementSibling.hidden = row.hidden;
  }
  const shown = rows.filter((row) => !row.hidden).length;
  by('request-count').textContent = rows.length ? `${shown} shown, ${state.total} in all` : '';
  by('request-table').hidden = !rows.length;
  by('no-requests').hidden = rows.length > 0;
}

function takeRequests({ first, last, list }) {
  const body = by('request-list');
  for (const entry of list) body.prepend(line(entry));
  const rows = [...body.querySelectorAll('tr.line')];
  rows.forEach((row, place) => {
    if (place < MOST_LINES && Number(row.dataset.number) >= first) return;
    if (row.nextElementSibling?.classList.contains('whole')) row.nextElementSibling.remove();
    row.remove();
  });
  state.last = last;
  filterRequests();
}

by('request-filter').addEventListener('input', filterRequests);
by('only-refused').addEventListener('change', filterRequests);
by('pause').addEventListener('click', () => {
  paused = !paused;
  by('pause').setAttribute('aria-pressed', String(paused));
});
by('forget').addEventListener('click', async () => { await ask('requests', { method: 'DELETE' }); await look(); });
onNews((news) => { if (!paused) takeRequests(news.requests); });
