// Try it: the documented calls of each operation, to be changed and sent.
import { by, copying, curl, make, pretty, statusOf } from './dom.js';
import { loginOf, look, state } from './live.js';
import { goTo } from './tabs.js';

const operationOf = (id) => state.setup.operations.find((operation) => operation.id === id);
const options = (select, values) => select.replaceChildren(...values.map(([value, label]) => make('option', { value }, label)));

function targetOf(operation, call) {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(call.path[name]));
  const query = new URLSearchParams(call.query).toString();
  return query ? `${path}?${query}` : path;
}

// The first documented call that only reads.
export function firstRead() {
  const operation = state.setup.operations.find(({ method }) => method === 'GET');
  return targetOf(operation, operation.calls[0]);
}

export function offerCalls() {
  const { logins, operations } = state.setup;
  options(by('user'), [...logins.map((login) => [login.name, login.name]), ['', 'no credentials']]);
  const apis = [...new Set(operations.map((operation) => operation.api))];
  by('operation').replaceChildren(...apis.map((api) => make('optgroup', { label: api },
    ...operations.filter((operation) => operation.api === api)
      .map((operation) => make('option', { value: operation.id }, `${operation.summary} (${operation.id})`)))));
  chooseOperation();
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

// A value that the operation does not offer was sent all the same.
function keep(select, value) {
  if (value === undefined) return;
  if (![...select.options].some((option) => option.value === value)) select.append(make('option', { value }, value));
  select.value = value;
}

export function fill({ operation, target, headers, body, user }) {
  by('operation').value = operation;
  chooseOperation();
  keep(by('accept'), headers.accept);
  if (!by('content-type').disabled) keep(by('content-type'), headers['content-type']);
  by('path').value = target;
  by('body').value = body;
  by('user').value = user;
}

// An operation with its first documented call, ready to be sent.
export function fillFor(operation) {
  by('operation').value = operation;
  chooseOperation();
  goTo('try');
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
