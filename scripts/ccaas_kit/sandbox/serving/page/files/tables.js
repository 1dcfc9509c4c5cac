// The records by table, with what changed since the page last looked.
import { ask, by, make } from './dom.js';
import { onNews, state } from './live.js';
import { onShow } from './tabs.js';

let seen = null;
let marked = new Map();
let total = -1;
let turn = 0;

const written = (value) => (typeof value === 'string' ? value : JSON.stringify(value) ?? '');
const keyOf = (table, record) => `${table.name}/${record.sys_id}`;

// What changed since the last look; marks stay until the next change.
function compare(tables) {
  if (seen) {
    const marks = new Map();
    for (const table of tables) {
      const before = seen.get(table.name) || { count: 0, records: new Map() };
      for (const record of table.records) {
        const old = before.records.get(record.sys_id);
        // An old record comes into sight when a younger one is removed.
        if (!old && table.count <= before.count) continue;
        const names = Object.keys(record).filter((name) => old && written(record[name]) !== written(old[name]));
        if (!old || names.length) marks.set(keyOf(table, record), { old, names, table: table.name });
      }
      const gone = before.count - table.count;
      if (gone > 0) marks.set(`${table.name}/`, { gone, table: table.name, names: [] });
    }
    if (marks.size) marked = marks;
  }
  seen = new Map(tables.map((table) => [table.name, { ...table, records: new Map(table.records.map((record) => [record.sys_id, record])) }]));
}

export async function loadTables() { compare((await ask('page/tables')).tables); }

async function showTables() {
  turn += 1;
  const own = turn, words = by('table-search').value.trim();
  const all = await ask('page/tables');
  const { tables, most } = words ? await ask(`page/tables?search=${encodeURIComponent(words)}`) : all;
  // A later search is under way.
  if (own !== turn) return;
  compare(all.tables);
  const chosen = by('table').value;
  const changes = (table) => [...marked.values()].filter((mark) => mark.table === table.name).length;
  by('table').replaceChildren(make('option', { value: '' }, 'All tables with the last change'), ...tables.map((table) =>
    make('option', { value: table.name }, `${table.label} (${table.count})${changes(table) ? ' – changed' : ''}`)));
  by('table').value = chosen;
  const shown = tables.filter((table) => (chosen ? table.name === chosen : words ? table.records.length : changes(table)));
  const opened = new Set([...document.querySelectorAll('#record-list details[open]')].map((part) => part.dataset.key));
  let found = 0;
  by('record-list').replaceChildren(...shown.flatMap((table) => {
    const records = chosen || words ? table.records : table.records.filter((record) => marked.has(keyOf(table, record)));
    found += records.length;
    const gone = marked.get(`${table.name}/`)?.gone;
    return [make('h3', {}, `${table.label} `, make('code', {}, table.name)),
      gone ? make('p', {}, make('span', { className: 'tag' }, `${gone} removed`)) : '',
      ...records.map((record) => recordView(table, record, opened))];
  }));
  by('table-count').textContent = shown.length ? `${found} records shown${found >= most ? `, at most ${most} of a table` : ''}` : words ? 'No record has this value.' : 'Nothing has changed since this page was opened. Choose a table.';
}

function recordView(table, record, opened) {
  const key = keyOf(table, record), mark = marked.get(key);
  const text = mark ? (mark.old ? `changed: ${mark.names.join(', ')}` : 'new') : '';
  const names = Object.keys(record).filter((name) => record[name] !== '' || mark?.names.includes(name));
  const value = (name) => (mark?.names.includes(name) ? make('span', {}, make('del', {}, written(mark.old[name])), ' ', make('mark', {}, written(record[name]))) : written(record[name]));
  const part = make('details', { open: opened.has(key) },
    make('summary', {}, record[table.display] || record.sys_id, make('code', {}, record.sys_id), text ? make('span', { className: 'tag' }, text) : null),
    make('dl', {}, ...names.flatMap((name) => [make('dt', {}, name), make('dd', {}, value(name))])));
  part.dataset.key = key;
  return part;
}

by('table').addEventListener('change', showTables);
by('table-search').addEventListener('input', showTables);
onShow('tables', showTables);
onNews(async () => {
  const asked = state.total !== total;
  total = state.total;
  if (asked && !by('tables').hidden) await showTables();
});
