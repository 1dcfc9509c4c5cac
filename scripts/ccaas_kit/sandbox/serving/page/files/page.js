// The page of a running sandbox. It asks the sandbox once a second what is new, and writes by the control.
'use strict';
const MOST_LINES = 200;
const JSON_TYPE = 'application/json';
const by = (id) => document.getElementById(id);
const state = { last: 0, faults: null, paused: false, setup: null, known: {}, tables: null, marks: new Map(), total: -1 };

// --- Small things -----------------------------------------------------------------------------

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value; else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

async function ask(path, { method = 'GET', body } = {}) {
  const init = { method, headers: body === undefined ? {} : { 'content-type': JSON_TYPE } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(`/_sandbox/${path}`, init);
  const value = await response.json();
  if (!response.ok) throw new Error(value.error || `status ${response.status}`);
  return value;
}

function say(text) { by('said').textContent = text; }

function copying(button, text) {
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text());
    const label = button.textContent;
    button.textContent = 'Copied';
    say('Copied');
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function matches(words, text) {
  const low = text.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => low.includes(word));
}

function statusOf(number) {
  return make('span', { className: number >= 400 ? 'status bad' : 'status' }, String(number));
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl({ method, target, headers, login, body }) {
  const lines = [`curl -X ${method} ${quoted(location.origin + target)}`];
  if (login) lines.push(`-u ${login.name === login.password ? quoted(`${login.name}:${login.password}`) : `${quoted(login.name)}:"$PASSWORD"`}`);
  for (const [name, value] of headers) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body) lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(' \\\n  ');
}

const loginOf = (name) => state.setup.logins.find((login) => login.name === name);

// --- Tabs -------------------------------------------------------------------------------------

const tabs = [...document.querySelectorAll('[role=tab]')];

const isTab = (name) => tabs.some((tab) => tab.getAttribute('aria-controls') === name);

function show(name, focus = false) {
  const chosen = tabs.find((tab) => tab.getAttribute('aria-controls') === name);
  for (const tab of tabs) {
    tab.setAttribute('aria-selected', String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    by(tab.getAttribute('aria-controls')).hidden = tab !== chosen;
  }
  if (focus) chosen.focus();
  if (name === 'tables') showTables();
}

function goTo(name) { history.replaceState(null, '', `#${name}`); show(name); }

by('tabs').addEventListener('click', (event) => {
  const tab = event.target.closest('[role=tab]');
  if (tab) goTo(tab.getAttribute('aria-controls'));
});
by('tabs').addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const at = tabs.indexOf(document.activeElement);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  goTo(next.getAttribute('aria-controls'));
  next.focus();
});
addEventListener('hashchange', () => { if (isTab(location.hash.slice(1))) show(location.hash.slice(1), true); });

// --- Requests ---------------------------------------------------------------------------------

function line(entry) {
  const open = make('button', { type: 'button', className: 'open', ariaExpanded: 'false' }, entry.operation || 'no operation');
  const row = make('tr', { className: 'line new' },
    make('td', { className: 'time' }, entry.at ? new Date(entry.at * 1000).toLocaleTimeString([], { hour12: false }) : ''),
    make('td', { className: 'what' }, open, ' ', entry.faulty ? make('span', { className: 'tag' }, 'faults on') : null,
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
  const again = make('button', { type: 'button' }, 'Edit in Try it');
  again.addEventListener('click', () => {
    fill({ operation: entry.operation.replace(/Versioned$/, ''), target, body: pretty(entry.request.body), user: login ? login.name : '' });
    goTo('try');
  });
  return make('div', {}, why(entry), make('div', { className: 'bar' }, copy, again),
    make('div', { className: 'columns' }, side('Request', entry.request), side('Response', entry.response)));
}

function why(entry) {
  if (!entry.why) return entry.faults.length ? make('p', { className: 'note' }, `Faults that were on: ${entry.faults.join(', ')}`) : null;
  const { reasons, clauses } = entry.why;
  return make('div', { className: 'why' }, make('h4', {}, `Why ${entry.status}`),
    make('ul', {}, ...(reasons.length ? reasons : ['Its form keeps the contract: the records refuse it. The message of the response says more.']).map((text) => make('li', {}, text))),
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
  state.paused = !state.paused;
  by('pause').setAttribute('aria-pressed', String(state.paused));
});
by('forget').addEventListener('click', async () => { await ask('requests', { method: 'DELETE' }); await look(); });

// --- Faults -----------------------------------------------------------------------------------

const GROUPS = [['Transport', 'transport-'], ['Variants', 'variant-'], ['Faults', '']];
const groupOf = (name) => GROUPS.find(([, prefix]) => name.startsWith(prefix))[0];

async function switchTo(names) {
  by('fault-error').textContent = '';
  try {
    await ask('fault', { method: 'POST', body: { on: names } });
  } catch (error) {
    by('fault-error').textContent = String(error.message).slice(0, 300);
  }
  await look();
}

function listFaults() {
  const lists = GROUPS.toReversed().map(([title]) => [title,
    make('ul', { className: title.toLowerCase() }, ...Object.entries(state.known).filter(([name]) => groupOf(name) === title).map(([name, says]) => {
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
  by('fault-count').textContent = `${shown} of ${Object.keys(state.known).length}`;
  by('fault-derived').hidden = !words.startsWith('derived:');
  by('fault-derived').firstElementChild.textContent = `Switch on ${words}`;
}

by('fault-list').addEventListener('change', (event) => {
  const { value, checked } = event.target;
  switchTo(checked ? [...state.faults, value] : state.faults.filter((name) => name !== value));
});
by('fault-derived').addEventListener('click', () => switchTo([...state.faults, by('fault-filter').value.trim()]));
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
  if (JSON.stringify(faults) === JSON.stringify(state.faults)) return;
  state.faults = faults;
  for (const box of document.querySelectorAll('#fault-list input')) box.checked = faults.includes(box.value);
  by('tab-faults').textContent = faults.length ? `Faults (${faults.length})` : 'Faults';
  filterFaults();
}

// --- Tables -----------------------------------------------------------------------------------

const written = (value) => (typeof value === 'string' ? value : JSON.stringify(value) ?? '');
const keyOf = (table, record) => `${table.name}/${record.sys_id}`;

// What changed since the last look; marks stay until the next change.
function compare(tables) {
  if (state.tables) {
    const marks = new Map();
    for (const table of tables) {
      const before = state.tables.get(table.name) || { count: 0, records: new Map() };
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
    if (marks.size) state.marks = marks;
  }
  state.tables = new Map(tables.map((table) => [table.name, { ...table, records: new Map(table.records.map((record) => [record.sys_id, record])) }]));
}

async function loadTables() { compare((await ask('page/tables')).tables); }

async function showTables() {
  await loadTables();
  const words = by('table-search').value.trim();
  const { tables, most } = await ask(`page/tables?search=${encodeURIComponent(words)}`);
  const chosen = by('table').value;
  const changes = (table) => [...state.marks.values()].filter((mark) => mark.table === table.name).length;
  by('table').replaceChildren(make('option', { value: '' }, 'All tables with the last change'), ...tables.map((table) =>
    make('option', { value: table.name }, `${table.label} (${table.count})${changes(table) ? ' – changed' : ''}`)));
  by('table').value = chosen;
  const shown = tables.filter((table) => (chosen ? table.name === chosen : words ? table.records.length : changes(table)));
  const opened = new Set([...document.querySelectorAll('#record-list details[open]')].map((part) => part.dataset.key));
  let found = 0;
  by('record-list').replaceChildren(...shown.flatMap((table) => {
    const records = chosen || words ? table.records : table.records.filter((record) => state.marks.has(keyOf(table, record)));
    found += records.length;
    const gone = state.marks.get(`${table.name}/`)?.gone;
    return [make('h3', {}, `${table.label} `, make('code', {}, table.name)),
      gone ? make('p', {}, make('span', { className: 'tag' }, `${gone} removed`)) : '',
      ...records.map((record) => recordView(table, record, opened))];
  }));
  by('table-count').textContent = shown.length ? `${found} records shown${found >= most ? `, at most ${most} of a table` : ''}` : words ? 'No record has this value.' : 'Nothing has changed since this page was opened. Choose a table.';
}

function recordView(table, record, opened) {
  const key = keyOf(table, record), mark = state.marks.get(key);
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

// --- Try it -----------------------------------------------------------------------------------

const operationOf = (id) => state.setup.operations.find((operation) => operation.id === id);
const options = (select, values) => select.replaceChildren(...values.map(([value, label]) => make('option', { value }, label)));

function targetOf(operation, call) {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(call.path[name]));
  const query = new URLSearchParams(call.query).toString();
  return query ? `${path}?${query}` : path;
}

function chooseOperation() {
  const operation = operationOf(by('operation').value);
  options(by('example'), operation.calls.map((call, place) => [place, call.summary]));
  options(by('accept'), operation.offered.map((kind) => [kind, kind]));
  options(by('content-type'), operation.reads.map((kind) => [kind, kind]));
  by('content-type').disabled = !operation.reads.length;
  by('method').textContent = operation.method;
  by('body-label').hidden = !operation.reads.length;
  by('operation-note').replaceChildren(operation.roles ? `Asks for ${operation.roles}. ` : 'Asks for no role. ',
    make('a', { href: operation.page, rel: 'noreferrer' }, 'Vendor page'));
  chooseExample();
}

function chooseExample() {
  const operation = operationOf(by('operation').value), call = operation.calls[by('example').value];
  by('path').value = targetOf(operation, call);
  by('body').value = call.body === null ? '' : JSON.stringify(call.body, null, 2);
}

function fill({ operation, target, body, user }) {
  if (operationOf(operation)) { by('operation').value = operation; chooseOperation(); }
  by('path').value = target;
  by('body').value = body;
  by('user').value = user;
}

function drafted() {
  const operation = operationOf(by('operation').value);
  const body = operation.reads.length ? by('body').value : '';
  const headers = [['accept', by('accept').value], ...(body ? [['content-type', by('content-type').value]] : [])];
  return { method: operation.method, target: by('path').value, headers, login: loginOf(by('user').value), body };
}

function basicOf({ name, password }) {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${name}:${password}`)))}`;
}

async function send() {
  const { method, target, headers, login, body } = drafted();
  const credentials = login ? [['authorization', basicOf(login)]] : [];
  const started = performance.now();
  const parts = [make('h3', {}, 'Response')];
  try {
    if (!target.startsWith('/') || target.startsWith('//')) throw new Error('The path begins with one slash.');
    const response = await fetch(target, { method, headers: [...headers, ...credentials], body: body || undefined, credentials: 'omit' });
    const text = await response.text();
    const link = make('a', { href: '#requests' }, 'Show it in the list');
    parts.push(make('p', { className: 'line' }, statusOf(response.status), `${(performance.now() - started).toFixed(0)} ms`, link),
      make('div', { className: 'whole' }, make('dl', {}, ...[...response.headers].flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]))),
      text ? make('pre', { tabIndex: 0, ariaLabel: 'Body of the response' }, pretty(text)) : make('p', { className: 'note' }, 'No body'));
  } catch (error) {
    parts.push(make('p', { className: 'error' }, `No response: ${error.message}`));
  }
  by('response').replaceChildren(...parts);
  await look();
}

by('operation').addEventListener('change', chooseOperation);
by('example').addEventListener('change', chooseExample);
by('try-form').addEventListener('submit', (event) => { event.preventDefault(); send(); });
by('try-form').addEventListener('keydown', (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); } });
copying(by('copy-try'), () => curl(drafted()));

// --- State ------------------------------------------------------------------------------------

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

function takeSnapshots(names) {
  if (names.join() === by('snapshots').dataset.names) return;
  by('snapshots').dataset.names = names.join();
  by('snapshots').replaceChildren(...names.map((name) => {
    const button = make('button', { type: 'button' }, `Go back to ${name}`);
    button.addEventListener('click', () => act('restore', { name }, `The state is that of ${name}.`));
    return make('li', {}, button);
  }));
}

// --- What is new ------------------------------------------------------------------------------

async function look() {
  let news;
  try {
    news = await ask(`page/news?after=${state.last}`);
  } catch {
    by('lost').hidden = false;
    return;
  }
  by('lost').hidden = true;
  // Another sandbox answers at this address.
  if (news.requests.last < state.last) { state.last = 0; by('request-list').replaceChildren(); return; }
  const asked = news.total !== state.total;
  state.total = news.total;
  by('clock').textContent = `${news.now.slice(0, 19).replace('T', ' ')} UTC, ${news.stands ? 'stands still' : 'runs'}`;
  takeFaults(news);
  takeSnapshots(news.snapshots);
  if (!state.paused) takeRequests(news.requests);
  if (asked && !by('tables').hidden) await showTables();
}

async function begin() {
  const setup = state.setup = await ask('page/setup');
  by('version').textContent = setup.version;
  by('url').textContent = setup.url;
  copying(by('copy-url'), () => setup.url);
  const [first] = setup.logins;
  by('login').textContent = first ? (first.name === first.password ? `${first.name} / ${first.password}` : first.name) : 'none';
  by('more-logins').textContent = `all ${setup.logins.length}`;
  by('first-curl').textContent = curl({ method: 'GET', target: targetOf(setup.operations.find((operation) => operation.method === 'GET'), setup.operations.find((operation) => operation.method === 'GET').calls[0]), headers: [], login: first, body: '' });
  by('logins').replaceChildren(...setup.logins.map((login) => {
    const button = make('button', { type: 'button', ariaLabel: `Show the password of ${login.name}` }, 'Show');
    button.addEventListener('click', () => button.replaceWith(make('code', {}, login.password)));
    return make('tr', {}, make('th', { scope: 'row' }, make('code', {}, login.name)),
      make('td', {}, login.password === login.name ? make('code', {}, login.password) : button),
      make('td', { className: 'roles' }, login.roles.join(', ') || 'no role'));
  }));
  options(by('user'), [...setup.logins.map((login) => [login.name, login.name]), ['', 'no credentials']]);
  const apis = [...new Set(setup.operations.map((operation) => operation.api))];
  by('operation').replaceChildren(...apis.map((api) => make('optgroup', { label: api },
    ...setup.operations.filter((operation) => operation.api === api).map((operation) => make('option', { value: operation.id }, `${operation.summary} (${operation.id})`)))));
  chooseOperation();
  state.known = (await ask('fault')).known;
  listFaults();
  await loadTables();
  show(isTab(location.hash.slice(1)) ? location.hash.slice(1) : 'requests');
  await look();
  document.body.dataset.ready = 'true';
  setInterval(() => { if (!document.hidden) look(); }, 1000);
}

begin();
