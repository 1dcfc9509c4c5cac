// Written by hand in scripts/docsite/templates; `make docs` copies it. Search, contents, examples.
(() => {
  'use strict';
  const by = (id) => document.getElementById(id);
  const root = document.documentElement;
  root.classList.add('script');

  // Contents on a small screen.
  const menu = by('menu');
  menu.hidden = false;
  menu.addEventListener('click', () => {
    const open = by('nav').classList.toggle('open');
    menu.setAttribute('aria-expanded', String(open));
    if (open) by('nav').querySelector('a').focus();
  });

  // What an address names may stand in something closed.
  function reveal() {
    const target = location.hash.length > 1 && by(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    let closed = false;
    for (let each = target.closest('details'); each; each = each.parentElement.closest('details')) {
      closed = closed || !each.open;
      each.open = true;
    }
    if (closed) target.scrollIntoView();
  }
  addEventListener('hashchange', reveal);
  reveal();
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    opened.forEach((each) => { each.open = true; });
  });
  addEventListener('afterprint', () => opened.forEach((each) => { each.open = false; }));

  // Examples: one at a time, in the language that was chosen last.
  const section = document.querySelector('.samples');
  if (section) {
    const chooser = section.querySelector('.chooser');
    const languages = [...chooser.querySelectorAll('[name=language]')];
    let kept = null;
    try { kept = localStorage.getItem('language'); } catch { /* not every browser keeps it for files */ }
    languages.forEach((each) => { if (each.value === kept) each.checked = true; });
    const show = () => {
      const language = languages.find((each) => each.checked).value;
      section.querySelectorAll('.sample').forEach((each) => { each.hidden = each.dataset.sample !== by('sample').value; });
      section.querySelectorAll('figure').forEach((each) => { each.hidden = each.dataset.language !== language; });
      try { localStorage.setItem('language', language); } catch { /* as above */ }
    };
    chooser.hidden = false;
    section.classList.add('chosen');
    chooser.addEventListener('change', show);
    show();
    section.querySelectorAll('figure').forEach((figure) => {
      const shown = figure.querySelector('pre');
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
          const range = document.createRange();
          range.selectNodeContents(shown);
          const selection = getSelection();
          selection.removeAllRanges();
          selection.addRange(range);
          done = document.execCommand('copy');
        }
        button.textContent = done ? 'Copied' : 'Press Ctrl+C';
        setTimeout(() => { button.textContent = 'Copy'; }, 1600);
      });
      figure.append(button);
    });
  }

  // Search. An entry is kind, title, text, address, further words.
  const box = by('search');
  const list = by('results');
  const MOST = 20;
  const WEIGHT = { operation: 60, API: 55, page: 50, workflow: 45, schema: 40, quirk: 20, parameter: 25, field: 15, status: 18, clause: 0 };
  let index = null;
  let chosen = -1;

  function prepared() {
    index = index || (window.SEARCH || []).map(([kind, title, text, href, words]) => ({
      kind, title, text, href, low: title.toLowerCase(), all: [title, text, words].join(' ').toLowerCase(),
    }));
    return index;
  }

  function score(entry, words, whole) {
    let points = WEIGHT[entry.kind] || 0;
    for (const word of words) {
      if (!entry.all.includes(word)) return -1;
      if (entry.low.startsWith(word)) points += 40;
      else if (entry.low.includes(word)) points += 25;
      else points += 5;
    }
    if (entry.low === whole) points += 200;
    return points;
  }

  function find(text) {
    const whole = text.trim().toLowerCase();
    const words = whole.split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    return prepared()
      .map((entry, place) => ({ entry, place, points: score(entry, words, whole) }))
      .filter((each) => each.points >= 0)
      .sort((a, b) => b.points - a.points || a.place - b.place)
      .map((each) => each.entry);
  }

  function choose(place) {
    const rows = [...list.querySelectorAll('a')];
    if (!rows.length) return;
    chosen = (place + rows.length) % rows.length;
    rows.forEach((row, at) => row.setAttribute('aria-selected', String(at === chosen)));
    box.setAttribute('aria-activedescendant', rows[chosen].id);
    rows[chosen].scrollIntoView({ block: 'nearest' });
  }

  function close() {
    list.hidden = true;
    box.setAttribute('aria-expanded', 'false');
    box.removeAttribute('aria-activedescendant');
    chosen = -1;
  }

  function span(name, text) {
    const made = document.createElement('span');
    made.className = name;
    made.textContent = text;
    return made;
  }

  function search() {
    const found = find(box.value);
    list.replaceChildren();
    if (!box.value.trim()) {
      by('search-status').textContent = '';
      close();
      return;
    }
    found.slice(0, MOST).forEach((entry, at) => {
      const row = document.createElement('a');
      row.href = entry.href;
      row.id = 'result-' + at;
      row.tabIndex = -1;
      row.setAttribute('role', 'option');
      row.append(span('kind', entry.kind), span('title', entry.title), span('about', entry.text));
      list.append(row);
    });
    const told = found.length > MOST ? MOST + ' of ' + found.length + ' results' : found.length + (found.length === 1 ? ' result' : ' results');
    by('search-status').textContent = found.length ? told : 'Nothing found';
    if (!found.length) {
      const none = document.createElement('p');
      none.className = 'none';
      none.setAttribute('role', 'option');
      none.setAttribute('aria-disabled', 'true');
      none.setAttribute('aria-selected', 'false');
      none.textContent = 'Nothing has all of these words.';
      list.append(none);
    }
    list.hidden = false;
    box.setAttribute('aria-expanded', 'true');
    choose(0);
  }

  box.addEventListener('input', search);
  box.addEventListener('focus', () => { if (box.value.trim()) search(); });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') { event.preventDefault(); if (list.hidden) search(); else choose(chosen + 1); }
    else if (event.key === 'ArrowUp') { event.preventDefault(); choose(chosen - 1); }
    else if (event.key === 'Escape') { box.value = ''; close(); list.replaceChildren(); }
    else if (event.key === 'Enter') {
      const row = list.querySelectorAll('a')[chosen];
      if (row && !list.hidden) { event.preventDefault(); close(); row.click(); }
    }
  });
  document.addEventListener('click', (event) => { if (!event.target.closest('.search')) close(); });
  document.addEventListener('focusin', (event) => { if (!event.target.closest('.search')) close(); });
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if ((event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) || (event.key === 'k' && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
})();
