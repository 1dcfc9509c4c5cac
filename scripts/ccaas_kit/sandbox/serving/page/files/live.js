// What the page knows of the sandbox, which it asks once a second what is new.
import { ask, by } from './dom.js';

export const state = { last: 0, total: 0, setup: null };
const listeners = [];

export const onNews = (listener) => listeners.push(listener);
export const loginOf = (name) => state.setup.logins.find((login) => login.name === name);

let current = Promise.resolve();
let next = null;

// One look at a time: whoever asks meanwhile gets the one after it.
export function look() {
  next ??= current.catch(() => {}).then(() => {
    next = null;
    current = lookOnce();
    return current;
  });
  return next;
}

async function lookOnce() {
  let news;
  try {
    news = await ask(`page/news?after=${state.last}`);
  } catch {
    by('lost').hidden = false;
    return;
  }
  by('lost').hidden = true;
  // Another sandbox answers at this address.
  if (news.requests.last < state.last) {
    state.last = 0;
    by('request-list').replaceChildren();
    await lookOnce();
    return;
  }
  state.total = news.total;
  for (const listener of listeners) await listener(news);
}
