// Reference: what the contract says of each operation, from the document that this sandbox gives out.
import { by, copying, make } from './dom.js';
import { onShow } from './tabs.js';
import { fillFor } from './calls.js';
import { state } from './live.js';

// So deep are the fields of a body listed: the members of an item of result are on the third level.
const DEEPEST = 4;
let contract = null;

function resolve(node) {
  while (node?.$ref) {
    const { $ref, ...beside } = node;
    const found = $ref.slice(2).split('/').reduce((part, step) => part[step.replaceAll('~1', '/').replaceAll('~0', '~')], contract);
    node = { ...found, ...beside };
  }
  return node;
}

// A text of the contract: paragraphs, with code between backticks.
function prose(text = '') {
  return text.trim().split(/\n\s*\n/).filter(Boolean).map((paragraph) => make('p', {},
    ...paragraph.split('`').map((part, place) => place % 2 ? make('code', {}, part) : part.replaceAll('**', ''))));
}

function typeOf(schema) {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const kinds = [schema.type ?? [], ...(schema.anyOf ?? schema.oneOf ?? []).map((branch) => typeOf(resolve(branch)))].flat();
  const length = schema.maxLength ? ` (at most ${schema.maxLength} characters)` : '';
  return `${[...new Set(kinds)].join(' or ') || 'any'}${schema.format ? ` (${schema.format})` : ''}${length}`;
}

// The fields of a body, those of objects within it after their own: name, type, whether required, text.
function* fieldsOf(node, before = '', depth = 0) {
  const schema = resolve(node);
  for (const part of schema.allOf ?? []) yield* fieldsOf(part, before, depth);
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const field = resolve(child), path = before + name;
    yield { path, type: typeOf(field), required: schema.required?.includes(name), text: field.description };
    if (depth < DEEPEST) yield* fieldsOf(field, `${path}.`, depth + 1);
  }
  if (schema.items && depth < DEEPEST) yield* fieldsOf(schema.items, before.replace(/\.$/, '[].') || '[].', depth + 1);
  const found = new Set(Object.keys(schema.properties ?? {}));
  for (const branch of schema.anyOf ?? schema.oneOf ?? []) {
    for (const field of fieldsOf(branch, before, depth)) {
      if (found.has(field.path.slice(before.length))) continue;
      found.add(field.path.slice(before.length));
      yield field;
    }
  }
}

function tableOf(caption, rows) {
  if (!rows.length) return null;
  return make('table', { className: 'fields' }, make('caption', { className: 'sr' }, caption),
    make('thead', {}, make('tr', {}, ...['Name', 'Type', 'Meaning'].map((label) => make('th', { scope: 'col' }, label)))),
    make('tbody', {}, ...rows.map(({ path, type, required, text }) => make('tr', {},
      make('td', {}, make('code', {}, path), required ? make('span', { className: 'note' }, ' required') : null),
      make('td', {}, type), make('td', {}, ...prose(text))))));
}

function bodyOf(content, caption) {
  const kinds = Object.keys(content ?? {});
  if (!kinds.length) return [];
  return [make('p', { className: 'note' }, kinds.join(', ')), tableOf(caption, [...fieldsOf(content[kinds[0]].schema)])];
}

function parametersOf(operation, item) {
  const all = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
  return all.map((parameter) => ({ path: parameter.name, type: `${typeOf(resolve(parameter.schema))}, in ${parameter.in}`,
    required: parameter.required, text: parameter.description }));
}

function show() {
  const id = by('reference-operation').value;
  const [path, item, method, operation] = Object.entries(contract.paths).flatMap(([way, entry]) => Object.entries(entry)
    .map(([verb, node]) => [way, entry, verb, node])).find(([, , , node]) => node.operationId === id);
  const url = state.setup.url + path, request = resolve(operation.requestBody);
  const open = make('button', { type: 'button' }, 'Try it');
  open.addEventListener('click', () => fillFor(id));
  by('reference-text').replaceChildren(
    make('h3', {}, operation.summary),
    make('div', { className: 'bar' }, make('p', {}, make('span', { className: 'verb' }, method.toUpperCase()), ' ', make('code', {}, url)),
      copying(make('button', { type: 'button' }, 'Copy the URL'), () => url), open),
    ...prose(operation.description),
    make('p', {}, make('strong', {}, 'Roles: '), state.setup.operations.find((known) => known.id === id).roles || 'none'),
    ...part('Parameters', [tableOf('Parameters', parametersOf(operation, item))]),
    ...part('Request body', request ? [...prose(request.description), ...bodyOf(request.content, 'Fields of the request')] : []),
    make('h3', {}, 'Responses'),
    ...Object.entries(operation.responses).map(([status, node]) => {
      const response = resolve(node);
      return make('details', { open: status < '300' }, make('summary', {}, make('span', { className: status >= '400' ? 'status bad' : 'status' }, status), ' ',
        response.description.trim().split('\n\n')[0]), ...prose(response.description.trim().split('\n\n').slice(1).join('\n\n')),
      ...bodyOf(response.content, `Fields of the response ${status}`));
    }));
}

function part(title, nodes) {
  return nodes.some(Boolean) ? [make('h3', {}, title), ...nodes] : [];
}

onShow('reference', async () => {
  if (contract) return;
  contract = await (await fetch('/openapi.json')).json();
  by('reference-operation').replaceChildren(...by('operation').cloneNode(true).children);
  show();
});
by('reference-operation').addEventListener('change', show);
