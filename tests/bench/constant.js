// A Worker that knows one answer by heart: nothing in JavaScript is quicker.
import body from "body";
import headers from "headers";

export default {
  fetch() {
    return new Response(body, { headers });
  },
};
