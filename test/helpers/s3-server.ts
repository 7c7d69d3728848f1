/** A server on loopback that speaks as much S3 as a blob store needs: put, get, head and delete of objects in one bucket, with
 * Amazon's error documents. It checks whose key a request is signed with, not the signature. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface S3Server {
  readonly endpoint: string;
  readonly objects: Map<string, { body: Buffer; time: Date }>;
  /** Method and key of every request, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

export const S3_KEYS = {
  AWS_ACCESS_KEY_ID: "test-key",
  AWS_SECRET_ACCESS_KEY: "test-secret",
  AWS_REGION: "eu-central-1",
};

export async function startS3(bucket: string): Promise<S3Server> {
  const objects: S3Server["objects"] = new Map();
  const requests: string[] = [];
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const [, found = "", key = ""] = /^\/([^/?]+)\/([^?]*)/.exec(request.url ?? "") ?? [];
    requests.push(`${request.method} ${key}`);
    if (!request.headers.authorization?.includes(`Credential=${S3_KEYS.AWS_ACCESS_KEY_ID}/`)) {
      return refuse(response, 403, "InvalidAccessKeyId");
    }
    if (found !== bucket) return refuse(response, 404, "NoSuchBucket");
    const there = objects.get(key);
    if (request.method === "PUT") {
      objects.set(key, { body, time: new Date() });
      response.writeHead(200, { etag: '"0"' }).end();
    } else if (request.method === "DELETE") {
      objects.delete(key);
      response.writeHead(204).end();
    } else if (there === undefined) refuse(response, 404, "NoSuchKey");
    else {
      const facts = { "content-length": there.body.length, "last-modified": there.time.toUTCString(), etag: '"0"' };
      response.writeHead(200, facts).end(request.method === "HEAD" ? undefined : there.body);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    objects,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  response.writeHead(status, { "content-type": "application/xml" }).end(xml);
}

/** A body in aws-chunked form would be stored with its chunk headers: then the hash is wrong and the test fails. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
