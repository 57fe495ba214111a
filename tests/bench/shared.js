// The least that a Worker can do for many who ask at once: one asks the origin, the others wait
// for it. What it got is kept.
import { origin } from "settings";

const kept = new Map();
const flying = new Map();

export default {
  async fetch(request) {
    const { pathname, search } = new URL(request.url);
    const key = pathname + search;
    const waiting = flying.get(key);
    if (waiting) {
      // A promise and a timer of its own: what belongs to one request is not awaited by another,
      // and who waits for nothing of their own is taken for hung.
      await new Promise((wake) => {
        const patience = setTimeout(wake, 5000);
        waiting.push(() => {
          clearTimeout(patience);
          wake();
        });
      });
    } else if (!kept.has(key)) {
      const waiting = [];
      flying.set(key, waiting);
      const answer = await fetch(origin + key);
      kept.set(key, new Uint8Array(await answer.arrayBuffer()));
      flying.delete(key);
      for (const wake of waiting) wake();
    }
    return new Response(kept.get(key), { headers: { "content-type": "application/json" } });
  },
};
