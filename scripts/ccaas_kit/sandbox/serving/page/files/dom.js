// Making elements, asking the control, and what else every part of the page needs.
const JSON_TYPE = 'application/json';
export const by = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value; else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export async function ask(path, { method = 'GET', body } = {}) {
  const init = { method, headers: body === undefined ? {} : { 'content-type': JSON_TYPE } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(`/_sandbox/${path}`, init);
  const value = await response.json();
  if (!response.ok) throw new Error(value.error || `status ${response.status}`);
  return value;
}

function say(text) { by('said').textContent = text; }

// A page that came over http from another machine has no clipboard of its own.
async function copy(text) {
  if (navigator.clipboard) { await navigator.clipboard.writeText(text); return; }
  const area = make('textarea', { value: text });
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export function copying(button, text) {
  button.addEventListener('click', async () => {
    await copy(text());
    const label = button.textContent;
    button.textContent = 'Copied';
    say('Copied');
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
}

export function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

export function matches(words, text) {
  const low = text.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => low.includes(word));
}

export function statusOf(number) {
  return make('span', { className: number >= 400 ? 'status bad' : 'status' }, String(number));
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

export function curl({ method, target, headers, login, body }) {
  const lines = [`curl -X ${method} ${quoted(location.origin + target)}`];
  if (login) {
    const isPlain = login.name === login.password;
    lines.push(`-u ${isPlain ? quoted(`${login.name}:${login.password}`) : `${quoted(login.name)}:"$PASSWORD"`}`);
  }
  for (const [name, value] of headers) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body) lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(' \\\n  ');
}

