// Written by hand in scripts/docsite/templates; `make docs` copies it. Contents, examples, base URL, filter.
(() => {
  'use strict';
  const by = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  document.documentElement.classList.add('script');

  // Not every browser keeps what a file remembers.
  function remembered(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  }
  function remember(name, value) {
    try { if (value === null) localStorage.removeItem(name); else localStorage.setItem(name, value); } catch { /* as above */ }
  }

  // Contents: behind a button on a small screen.
  const menu = by('menu');
  const nav = by('nav');
  menu.hidden = false;
  function setMenu(open) {
    nav.classList.toggle('open', open);
    menu.setAttribute('aria-expanded', String(open));
    if (open) nav.querySelector('a').focus();
  }
  menu.addEventListener('click', () => setMenu(!nav.classList.contains('open')));
  nav.addEventListener('click', (event) => { if (event.target.closest('a')) setMenu(false); });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && nav.classList.contains('open')) { setMenu(false); menu.focus(); }
  });
  const current = nav.querySelector('[aria-current]');
  if (current && current.offsetTop > nav.clientHeight / 2) nav.scrollTop = current.offsetTop - 80;

  // The target of an address may be inside something closed, or be closed itself.
  function reveal() {
    const target = location.hash.length > 1 && by(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const tab = by('tab-' + target.id.replace('status-', ''));
    if (tab) tab.click();
    if (target.hidden && filter) unfilter();
    let opened = false;
    const open = (details) => { opened = opened || !details.open; details.open = true; };
    all(':scope > details', target).forEach(open);
    for (let outer = target.closest('details'); outer; outer = outer.parentElement.closest('details')) open(outer);
    if (opened) target.scrollIntoView();
  }
  addEventListener('hashchange', reveal);

  // On paper everything is open but the origin of a requirement or a quirk.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all('details:not([open], .origin)');
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener('afterprint', () => closed.forEach((details) => { details.open = false; }));

  // The base URL of the examples, remembered for all pages.
  const base = by('base-url');
  if (base) {
    const documented = base.value;
    const reset = by('base-reset');
    const note = by('base-note');
    const VALID = /^https?:\/\/[\w.:[\]-]+(\/[\w.~%/-]*)?$/;
    const use = (url) => {
      all('[data-base]').forEach((place) => { place.textContent = url; });
      reset.hidden = url === documented;
    };
    const change = () => {
      const url = base.value.trim().replace(/\/+$/, '');
      const valid = VALID.test(url);
      base.setAttribute('aria-invalid', String(!valid));
      note.textContent = valid ? '' : 'A URL like http://127.0.0.1:8080';
      if (!valid) return;
      use(url);
      remember('base-url', url === documented ? null : url);
    };
    base.readOnly = false;
    base.addEventListener('input', change);
    reset.addEventListener('click', () => { base.value = documented; change(); base.focus(); });
    const kept = remembered('base-url');
    if (kept && VALID.test(kept)) { base.value = kept; use(kept); }
  }

  // Copy buttons.
  all('figure > pre').forEach((shown) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', 'Copy ' + shown.getAttribute('aria-label'));
    button.addEventListener('click', async () => {
      let done = false;
      try {
        await navigator.clipboard.writeText(shown.textContent);
        done = true;
      } catch {
        getSelection().selectAllChildren(shown);
        done = document.execCommand('copy');
      }
      button.textContent = done ? 'Copied' : 'Press Ctrl+C';
      setTimeout(() => { button.textContent = 'Copy'; }, 1600);
    });
    shown.parentElement.append(button);
  });

  // Examples of requests: one at a time, in the language that was chosen last.
  const requests = by('requests');
  if (requests) {
    const languages = all('[name=language]', requests);
    const kept = remembered('language');
    languages.forEach((choice) => { if (choice.value === kept) choice.checked = true; });
    const show = () => {
      const language = languages.find((choice) => choice.checked).value;
      all('.sample', requests).forEach((sample) => { sample.hidden = sample.dataset.sample !== by('sample').value; });
      all('figure', requests).forEach((figure) => { figure.hidden = figure.dataset.language !== language; });
      remember('language', language);
    };
    requests.querySelector('.chooser').hidden = false;
    requests.addEventListener('change', show);
    show();
  }

  // Examples of responses: a tab for each status.
  const responses = by('replies');
  if (responses) {
    const tabs = all('[role=tab]', responses);
    const panels = tabs.map((tab) => by(tab.getAttribute('aria-controls')));
    const select = (place, focus) => {
      tabs.forEach((tab, at) => {
        tab.setAttribute('aria-selected', String(at === place));
        tab.tabIndex = at === place ? 0 : -1;
        panels[at].hidden = at !== place;
      });
      if (focus) tabs[place].focus();
    };
    responses.querySelector('[role=tablist]').hidden = false;
    panels.forEach((panel, at) => {
      panel.setAttribute('role', 'tabpanel');
      panel.setAttribute('aria-labelledby', tabs[at].id);
      tabs[at].addEventListener('click', () => select(at, false));
      const chooser = panel.querySelector('select');
      const figures = all('figure', panel);
      const show = () => figures.forEach((figure, number) => { figure.hidden = number !== chooser.selectedIndex; });
      if (chooser) { chooser.parentElement.hidden = false; chooser.addEventListener('change', show); show(); }
    });
    responses.addEventListener('keydown', (event) => {
      const at = tabs.indexOf(event.target);
      const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: tabs.length - 1 - at }[event.key];
      if (at < 0 || step === undefined) return;
      event.preventDefault();
      select((at + step + tabs.length) % tabs.length, true);
    });
    select(0, false);
  }
  if (by('requests')) by('requests').parentElement.classList.add('chosen');

  // Quirks: by API, status and text.
  let unfilter;
  const filter = by('quirk-filter');
  if (filter) {
    const cards = all('.quirk-card');
    cards.forEach((card) => { card.dataset.text = card.textContent.toLowerCase(); });
    const show = () => {
      const typed = by('quirk-text').value.toLowerCase().split(/\s+/).filter(Boolean);
      const api = by('quirk-api').value;
      const status = by('quirk-status').value;
      cards.forEach((card) => {
        card.hidden = !((!api || card.dataset.apis.split(' ').includes(api)) && (!status || card.dataset.status === status)
          && typed.every((word) => card.dataset.text.includes(word)));
      });
      all('.family').forEach((family) => { family.hidden = !family.querySelector('.quirk-card:not([hidden])'); });
      const shown = cards.filter((card) => !card.hidden).length;
      by('quirk-count').textContent = shown === cards.length ? cards.length + ' quirks' : shown + ' of ' + cards.length + ' quirks';
    };
    unfilter = () => {
      all('select, input', filter).forEach((field) => { field.value = ''; });
      show();
    };
    filter.hidden = false;
    filter.addEventListener('input', show);
    show();
  }
  reveal();
})();
