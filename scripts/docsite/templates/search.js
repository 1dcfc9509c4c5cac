// Written by hand in scripts/docsite/templates; `make docs` copies it. The search box, with MiniSearch.
(() => {
  'use strict';
  const box = document.getElementById('search');
  const list = document.getElementById('results');
  const status = document.getElementById('search-status');
  const MOST = 20;
  const WEIGHT = {
    operation: 5, page: 3, API: 1.6, role: 3, 'sign-in': 3, error: 2.2, workflow: 1.5, schema: 2,
    parameter: 1.4, field: 1.2, status: 0.4, message: 0.8, quirk: 0.4, clause: 0.2,
  };
  const STOP = new Set('a an and are be by can do does for from how i in is it my of on the to what when which with'.split(' '));
  let index = null;
  let chosen = -1;

  const joined = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const words = (text) => text.split(/[\s./·,;:()]+/u).filter(Boolean);

  // `sys_id` and `hasMore` are found whole and by their parts.
  function tokens(text) {
    return words(text).flatMap((word) => {
      const parts = word.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').split(/[^\p{L}\p{N}]+/u).map(joined).filter(Boolean);
      return parts.length > 1 ? [joined(word), ...parts] : parts;
    });
  }

  function prepared() {
    if (index) return index;
    index = new MiniSearch({
      fields: ['title', 'text', 'words'],
      storeFields: ['kind', 'title', 'text', 'href'],
      tokenize: tokens,
      processTerm: (term) => term,
      searchOptions: {
        tokenize: (text) => [text],
        boost: { title: 4, text: 2 },
        prefix: (term) => term.length > 1,
        fuzzy: (term) => (term.length < 4 || /^\d+$/.test(term) ? false : term.length < 7 ? 1 : 2),
        weights: { prefix: 0.5, fuzzy: 0.3 },
        boostDocument: (id, term, entry) => WEIGHT[entry.kind],
      },
    });
    index.addAll((window.SEARCH || []).map(([kind, title, text, href, more], id) => ({ id, kind, title, text, href, words: more })));
    return index;
  }

  // A title that is all that was typed leads, and so does the last part of one, as a field or a parameter is.
  function factor(entry, whole) {
    const title = joined(entry.title);
    if (title === whole || title === whole + 's') return 8;
    return joined(words(entry.title).pop()) === whole ? 4 : 1;
  }

  function find(text) {
    const typed = words(text).map(joined).filter(Boolean);
    const asked = typed.filter((word) => !STOP.has(word));
    const terms = asked.length ? asked : typed;
    if (!terms.length) return [];
    const whole = terms.join('');
    const known = (term) => (Object.hasOwn(window.SYNONYMS, term) ? window.SYNONYMS[term] : undefined);
    const meant = (term) => known(term) || known(term.replace(/s$/, ''));
    const queries = (terms.length > 1 && meant(whole) ? [whole] : terms).map((term) => (
      meant(term) ? { combineWith: 'OR', queries: [term, meant(term)] } : term));
    let found = prepared().search({ combineWith: 'AND', queries });
    if (!found.length && terms.length > 1) found = prepared().search({ combineWith: 'OR', queries });
    return found
      .map((entry) => ({ ...entry, score: entry.score * factor(entry, whole) }))
      .sort((a, b) => b.score - a.score || a.id - b.id);
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
      status.textContent = '';
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
    const count = found.length > MOST ? MOST + ' of ' + found.length + ' results' : found.length + (found.length === 1 ? ' result' : ' results');
    status.textContent = found.length ? count : 'Nothing found';
    if (!found.length) {
      const none = span('none', 'Nothing found. Try a field, a status or an operation.');
      none.setAttribute('role', 'option');
      none.setAttribute('aria-disabled', 'true');
      none.setAttribute('aria-selected', 'false');
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
    else if (event.key === 'Escape') {
      // The first one closes the results, the second one leaves the box.
      event.preventDefault();
      if (list.hidden) { box.value = ''; box.blur(); } else close();
    } else if (event.key === 'Enter') {
      const row = list.querySelectorAll('a')[chosen];
      if (row && !list.hidden) { event.preventDefault(); close(); row.click(); }
    }
  });
  for (const name of ['click', 'focusin']) {
    document.addEventListener(name, (event) => { if (!event.target.closest('.search')) close(); });
  }
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if ((event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) || (event.key === 'k' && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
})();
