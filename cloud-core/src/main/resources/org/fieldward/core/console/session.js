// Who is signed in: shows it, keeps the session while somebody is there, and signs out when nobody is.

const RENEW_MS = 60_000;
const LOOK_MS = 5_000;
const SHARED = 'activeAt';

let token = sessionStorage.getItem('token');
let renewedAt = Date.now();
let leaving = false;

export function bearer() {
  return token;
}

/** Headers that say who is asking, where a cookie does not. */
export function headers() {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Somebody must sign in: shows the page for it, once. */
export function signIn(why) {
  if (leaving) return;
  leaving = true;
  sessionStorage.removeItem('token');
  const back = location.pathname.split('/').pop() || 'index.html';
  location.replace(`sign-in.html?back=${encodeURIComponent(back)}${why ? `&why=${why}` : ''}`);
}

async function post(path) {
  return fetch(`api/v1/sign-in${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
    cache: 'no-store',
  });
}

async function signOut(why) {
  try {
    if (!token) await post('/end');
  } finally {
    signIn(why);
  }
}

/** Any tab of this browser counts: the session is one. */
function active() {
  localStorage.setItem(SHARED, String(Date.now()));
}

function idleMs() {
  return Date.now() - Number(localStorage.getItem(SHARED) ?? 0);
}

/** @param place an element of the page's head */
export async function show(place) {
  let who;
  try {
    const answer = await fetch('api/v1/sign-in', { headers: headers(), cache: 'no-store' });
    if (!answer.ok) return;
    who = await answer.json();
  } catch {
    // The page says by itself that nothing is live.
    return;
  }
  if (!who.signedIn) {
    signIn('');
    return;
  }
  place.hidden = false;
  const text = document.createElement('span');
  text.textContent = who.open
    ? '⚠ open to everybody on this machine: add a person'
    : `${who.name || who.subject} · ${who.roles.join(', ')}`;
  place.replaceChildren(text);
  if (who.open) {
    place.className = 'open';
    return;
  }
  const out = document.createElement('button');
  out.type = 'button';
  out.textContent = 'Sign out';
  out.addEventListener('click', () => signOut(''));
  place.append(out);
  if (!token) watch(who.idleSeconds * 1000);
}

function watch(limitMs) {
  active();
  for (const event of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart']) {
    addEventListener(event, () => { if (idleMs() > LOOK_MS) active(); }, { passive: true });
  }
  setInterval(async () => {
    if (idleMs() > limitMs) {
      await signOut('idle');
    } else if (idleMs() < RENEW_MS && Date.now() - renewedAt > RENEW_MS) {
      renewedAt = Date.now();
      try {
        const answer = await post('/renew');
        if (answer.status === 401) signIn('over');
      } catch {
        // The core does not answer: the next look tries again.
        renewedAt = 0;
      }
    }
  }, LOOK_MS);
}
