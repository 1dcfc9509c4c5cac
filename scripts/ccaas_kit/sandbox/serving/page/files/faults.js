// Faults and variants: the banner, and the list to switch them on and off.
import { ask, by, make, matches } from './dom.js';
import { look, onNews } from './live.js';

let known = {};
let on = null;

const GROUPS = [['Transport', 'transport-'], ['Variants', 'variant-'], ['Faults', '']];
const groupOf = (name) => GROUPS.find(([, prefix]) => name.startsWith(prefix))[0];

function showBoxes() {
  for (const box of document.querySelectorAll('#fault-list input')) box.checked = on.includes(box.value);
}

async function switchTo(names) {
  by('fault-error').textContent = '';
  try {
    await ask('fault', { method: 'POST', body: { on: names } });
  } catch (error) {
    by('fault-error').textContent = String(error.message).slice(0, 300);
    showBoxes();
  }
  await look();
}

export async function listFaults() {
  ({ known } = await ask('fault'));
  const lists = GROUPS.toReversed().map(([title]) => [title,
    make('ul', { className: title.toLowerCase() }, ...Object.entries(known).filter(([name]) => groupOf(name) === title).map(([name, says]) => {
      const box = make('input', { type: 'checkbox', value: name });
      return make('li', {}, make('label', {}, box, make('span', {}, says, make('code', {}, name))));
    }))]);
  by('fault-list').replaceChildren(...lists.map(([title, list]) => make('div', { className: 'group' }, make('h3', {}, title), list)));
}

function filterFaults() {
  const words = by('fault-filter').value.trim(), only = by('only-on').checked;
  let shown = 0;
  for (const item of document.querySelectorAll('#fault-list li')) {
    const box = item.querySelector('input');
    item.hidden = (only && !box.checked) || !matches(words, item.textContent);
    shown += !item.hidden;
  }
  for (const group of document.querySelectorAll('#fault-list .group')) group.hidden = !group.querySelector('li:not([hidden])');
  by('fault-count').textContent = `${shown} of ${Object.keys(known).length}`;
  by('fault-derived').hidden = !words.startsWith('derived:');
  by('fault-derived').firstElementChild.textContent = `Switch on ${words}`;
}

by('fault-list').addEventListener('change', (event) => {
  const { value, checked } = event.target;
  switchTo(checked ? [...on, value] : on.filter((name) => name !== value));
});
by('fault-derived').addEventListener('click', () => switchTo([...on, by('fault-filter').value.trim()]));
by('fault-filter').addEventListener('input', filterFaults);
by('only-on').addEventListener('change', filterFaults);
by('all-off').addEventListener('click', () => switchTo([]));

function takeFaults({ faults, changed, failed }) {
  const wrong = faults.filter((name) => groupOf(name) !== 'Variants').length;
  by('banner').hidden = !faults.length;
  by('banner').classList.toggle('mild', !wrong);
  const counted = (count, word) => (count ? [`${count} ${word}${count > 1 ? 's' : ''}`] : []);
  by('banner-title').textContent = `${[...counted(wrong, 'fault'), ...counted(faults.length - wrong, 'variant')].join(' and ')} switched on:`;
  by('banner-names').textContent = faults.map((name) => `${name} (${failed.includes(name) ? 'failed' : `changed ${changed[name] || 0} call${changed[name] === 1 ? '' : 's'}`})`).join(', ');
  if (JSON.stringify(faults) === JSON.stringify(on)) return;
  on = faults;
  showBoxes();
  by('tab-faults').textContent = faults.length ? `Faults (${faults.length})` : 'Faults';
  filterFaults();
}
onNews(takeFaults);
