import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectTo, type FetchPolicy, fetchPicture } from "../../src/tools/fetch-picture.ts";
import { isPublic, publicAddress } from "../../src/tools/public-address.ts";

const PUBLIC = [{ address: "93.184.215.14", family: 4 }];
let server: Server;
let hops: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
    if (pathname === "/picture") response.end("bytes of a picture");
    else if (pathname === "/redirect") response.writeHead(302, { location: searchParams.get("to") ?? "" }).end();
    else if (pathname === "/loop") response.writeHead(302, { location: "/loop" }).end();
    else if (pathname === "/endless") endless(response);
    else if (pathname === "/packed") response.writeHead(200, { "content-encoding": "gzip" }).end("x");
    else if (pathname !== "/silent") response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function endless(response: NodeJS.WritableStream): void {
  const more = () => {
    while (response.write(Buffer.alloc(65536)));
  };
  response.on("drain", more);
  response.on("error", () => {});
  more();
}

/** Every host leads to the test's server; what was connected to is noted. */
function policy(more: FetchPolicy = {}): FetchPolicy {
  hops = [];
  const connect = (url: URL, _: unknown, signal: AbortSignal) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      hops.push(url.href);
      const { port } = server.address() as AddressInfo;
      get({ host: "127.0.0.1", port, path: url.pathname + url.search, signal }, resolve).on("error", reject);
    });
  return { resolve: async () => PUBLIC, connect, ...more };
}

function fetched(url: string, more: FetchPolicy = {}): Promise<Uint8Array> {
  return fetchPicture(url, new AbortController().signal, policy(more));
}

describe("which addresses are public", () => {
  it.each(["93.184.215.14", "8.8.8.8", "2606:4700::6810:84e5"])("%s is", (address) =>
    expect(isPublic(address)).toBe(true),
  );

  it.each([
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "not an address",
  ])("%s is not", (address) => expect(isPublic(address)).toBe(false));

  it("refuses a host as soon as one of its addresses is not, and does not say which", async () => {
    const both = async () => [...PUBLIC, { address: "10.9.8.7", family: 4 }];
    const refused = publicAddress("two.example", both);
    await expect(refused).rejects.toMatchObject({ code: "url-refused" });
    await expect(refused).rejects.not.toThrow(/10\.9\.8\.7/);
  });

  it("judges addresses in place of names, in every spelling that URLs know", async () => {
    for (const url of [
      "http://127.0.0.1/",
      "http://2130706433/",
      "http://0x7f.1/",
      "http://[::1]/",
      "http://[::ffff:7f00:1]/",
    ]) {
      await expect(publicAddress(new URL(url).hostname)).rejects.toMatchObject({ code: "url-refused" });
    }
  });
});

describe("fetchPicture", () => {
  it("reads what is there", async () => {
    expect(Buffer.from(await fetched("http://pictures.example/picture")).toString()).toBe("bytes of a picture");
  });

  it.each([
    "ftp://pictures.example/a.png",
    "file:///etc/hostname",
    "data:image/png;base64,AAAA",
    "http://pictures.example:8080/a.png",
    "http://user:secret@pictures.example/a.png",
    "pictures.example/a.png",
    "",
  ])("refuses %s before anything is asked", async (url) => {
    await expect(fetched(url)).rejects.toMatchObject({ code: "url-refused" });
    expect(hops).toEqual([]);
  });

  it("follows a redirect and judges where it leads", async () => {
    await fetched("http://pictures.example/redirect?to=/picture");
    expect(hops).toHaveLength(2);
    for (const to of ["http://127.0.0.1/picture", "file:///etc/hostname", "http://pictures.example:22/", "http://"]) {
      const url = `http://pictures.example/redirect?to=${encodeURIComponent(to)}`;
      await expect(fetched(url)).rejects.toMatchObject({ code: "url-refused" });
      expect(hops).toHaveLength(1);
    }
  });

  it("judges the name anew at every hop", async () => {
    let asked = 0;
    const resolve = async () => (asked++ === 0 ? PUBLIC : [{ address: "127.0.0.1", family: 4 }]);
    const url = "http://pictures.example/redirect?to=/picture";
    await expect(fetched(url, { resolve })).rejects.toMatchObject({ code: "url-refused" });
    expect(hops).toHaveLength(1);
  });

  it("ends a chain, a flood and a silence", async () => {
    await expect(fetched("http://a.example/loop")).rejects.toMatchObject({ code: "fetch-failed" });
    await expect(fetched("http://a.example/endless", { maxBytes: 1e6 })).rejects.toMatchObject({
      code: "image-too-large",
    });
    await expect(fetched("http://a.example/silent", { timeoutMs: 100 })).rejects.toMatchObject({
      code: "fetch-failed",
    });
  });

  it("takes a plain 200 only", async () => {
    await expect(fetched("http://a.example/nothing")).rejects.toThrow(/status 404/);
    await expect(fetched("http://a.example/packed")).rejects.toThrow(/packed as gzip/);
  });

  it("stops when the caller does", async () => {
    const abort = new AbortController();
    const call = fetchPicture("http://a.example/silent", abort.signal, policy());
    setTimeout(() => abort.abort(), 20);
    await expect(call).rejects.toMatchObject({ code: "cancelled" });
  });

  it("connects to the address that was judged, not to the name", async () => {
    const { port } = server.address() as AddressInfo;
    const pinned = { address: "127.0.0.1", family: 4 };
    const { signal } = new AbortController();
    const answer = await connectTo(new URL(`http://name.invalid:${port}/picture`), pinned, signal);
    expect(answer.statusCode).toBe(200);
    answer.destroy();
  });
});
