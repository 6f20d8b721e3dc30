// Server-sent events over fetch rather than EventSource, which cannot carry a bearer token.

const SILENCE_MS = 35_000;
const RETRY_MS = 2_000;

/**
 * Follows the live stream for ever: comes back after every break with the last event's id.
 *
 * @param token gives the bearer token, or null
 * @param on.event (kind, data)
 * @param on.alive something came, be it a heartbeat
 * @param on.lost the stream broke, with the HTTP status if there was one
 */
export async function follow(token, on) {
  let lastId = null;
  for (;;) {
    const watch = new AbortController();
    let silence = setTimeout(() => watch.abort(), SILENCE_MS);
    let status = 0;
    try {
      const headers = { Accept: 'text/event-stream' };
      if (lastId !== null) headers['Last-Event-ID'] = lastId;
      if (token()) headers.Authorization = `Bearer ${token()}`;
      const answer = await fetch('api/v1/stream', { headers, signal: watch.signal, cache: 'no-store' });
      status = answer.status;
      if (!answer.ok) throw new Error(`status ${status}`);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        clearTimeout(silence);
        silence = setTimeout(() => watch.abort(), SILENCE_MS);
        on.alive();
        const blocks = (text + value).split('\n\n');
        text = blocks.pop();
        for (const block of blocks) {
          const event = parse(block);
          if (event.id !== null) lastId = event.id;
          if (event.data !== null) on.event(event.kind, JSON.parse(event.data));
        }
      }
    } catch {
      // Said below, whatever broke it.
    } finally {
      clearTimeout(silence);
      watch.abort();
    }
    on.lost(status);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function parse(block) {
  const event = { id: null, kind: 'message', data: null };
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) event.id = line.slice(4);
    else if (line.startsWith('event: ')) event.kind = line.slice(7);
    else if (line.startsWith('data: ')) event.data = line.slice(6);
  }
  return event;
}
