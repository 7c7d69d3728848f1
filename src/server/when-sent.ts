/** Calls `over` once: when the answer's last byte is out, or when the client has gone. */
export function whenSent(response: Response, over: () => void): Response {
  if (response.body === null) {
    over();
    return response;
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  // A client that goes away cancels `readable`: the pipe then rejects and cancels the source.
  response.body.pipeTo(writable).then(over, over);
  return new Response(readable, response);
}
