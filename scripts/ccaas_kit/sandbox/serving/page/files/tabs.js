// The parts of the page, one of which is shown.
import { by } from './dom.js';

const shown = new Map();
export const onShow = (name, listener) => shown.set(name, listener);

const tabs = [...document.querySelectorAll('[role=tab]')];

export const isTab = (name) => tabs.some((tab) => tab.getAttribute('aria-controls') === name);

export function show(name, focus = false) {
  const chosen = tabs.find((tab) => tab.getAttribute('aria-controls') === name);
  for (const tab of tabs) {
    tab.setAttribute('aria-selected', String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    by(tab.getAttribute('aria-controls')).hidden = tab !== chosen;
  }
  if (focus) chosen.focus();
  shown.get(name)?.();
}

export function goTo(name) { history.replaceState(null, '', `#${name}`); show(name); }

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
