/** What is asked of the model hub, with its failures in this product's words. */
import { fileDownloadInfo, HubApiError, listFiles, modelInfo } from "@huggingface/hub";
import { EditError } from "../../errors.ts";
import type { HubFile } from "./wanted-files.ts";

export interface HubAccess {
  /** "owner/name". */
  readonly id: string;
  readonly hubUrl: string;
  readonly token?: string;
  readonly signal: AbortSignal;
}

export interface HubModel {
  /** The commit that the revision names. */
  readonly commit: string;
  readonly licence: HubLicence;
  readonly files: readonly HubFile[];
}

export interface HubLicence {
  readonly name: string;
  readonly link?: string;
  /** The hub gives the files only to those it has let in. */
  readonly gated: boolean;
}

/** Throws `not-found`, `access-refused`, `fetch-failed`. */
export async function describeModel(access: HubAccess, revision = "main"): Promise<HubModel> {
  const what = revision === "main" ? access.id : `${access.id} at revision ${revision}`;
  return asked(access, what, async () => {
    const common = commonOf(access);
    const info = await modelInfo({ ...common, name: access.id, revision, additionalFields: ["sha", "cardData"] });
    const files: HubFile[] = [];
    const repo = { type: "model", name: access.id } as const;
    for await (const { type, path, size, oid, lfs } of listFiles({
      ...common,
      repo,
      revision: info.sha,
      recursive: true,
    })) {
      if (type !== "file") continue;
      const digest =
        lfs === undefined ? ({ type: "git", hex: oid ?? "" } as const) : ({ type: "sha256", hex: lfs.oid } as const);
      files.push({ path: safePath(path), size, digest });
    }
    return { commit: info.sha, licence: licenceOf(access, info.cardData, info.gated), files };
  });
}

/** The file's bytes from `start` on. Throws as `describeModel`, and `RangeIgnored` where only the whole can be had. */
export async function openFile(access: HubAccess, commit: string, file: HubFile, start: number): Promise<Response> {
  return asked(access, file.path, async () => {
    const repo = { type: "model", name: access.id } as const;
    const info = await fileDownloadInfo({ ...commonOf(access), repo, path: file.path, revision: commit });
    if (info === null) throw new EditError("not-found", `Expected ${file.path} in ${access.id}, it is not there`);
    const own = new URL(info.url).origin === new URL(access.hubUrl).origin;
    const headers = {
      ...(start > 0 ? { Range: `bytes=${start}-` } : {}),
      ...(access.token !== undefined && own ? { Authorization: `Bearer ${access.token}` } : {}),
    };
    const response = await fetch(info.url, { headers, signal: access.signal });
    if (!response.ok) throw refusal(access, response.status, file.path);
    if (start > 0 && response.status !== 206) throw new RangeIgnored();
    return response;
  });
}

/** The server sends the whole file whatever part was asked for. */
export class RangeIgnored extends Error {}

function commonOf({ hubUrl, token, signal }: HubAccess) {
  const bound: typeof fetch = (input, init) => fetch(input, { ...init, signal });
  return { hubUrl, fetch: bound, ...(token === undefined ? {} : { accessToken: token }) };
}

async function asked<T>(access: HubAccess, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EditError || error instanceof RangeIgnored) throw error;
    if (access.signal.aborted) throw new EditError("cancelled", "The download was interrupted", { cause: error });
    if (error instanceof HubApiError) throw refusal(access, error.statusCode, what, error);
    throw unreachable(access, error);
  }
}

function refusal({ id, hubUrl, token }: HubAccess, status: number, what: string, cause?: unknown): EditError {
  const page = `${hubUrl}/${id}`;
  if (status === 401 || status === 403) {
    const hint =
      token === undefined
        ? `If the model is gated, ask for access at ${page}, then pass your token as HF_TOKEN.`
        : `Ask for access at ${page} with the account of the token, and see that the token may read it.`;
    return new EditError("access-refused", `The hub refused ${what} (${status})`, { hint, cause });
  }
  if (status === 404) {
    const hint = `Check the spelling and --revision at ${page}; a private model needs ${token === undefined ? "a token in HF_TOKEN" : "a token that may read it"}.`;
    return new EditError("not-found", `Expected ${what} on ${hubUrl}, it is not there, or hidden`, { hint, cause });
  }
  const hint = "Pull again later: what is here already is kept.";
  return new EditError("fetch-failed", `Expected ${what} from ${hubUrl}, got the answer ${status}`, { hint, cause });
}

function unreachable({ hubUrl }: HubAccess, error: unknown): EditError {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  return new EditError("fetch-failed", `Expected to reach ${hubUrl}, got ${reason}`, { cause: error });
}

function licenceOf({ id, hubUrl }: HubAccess, card: unknown, gated: unknown): HubLicence {
  const field = (name: string): string | undefined => {
    const value = typeof card === "object" && card !== null ? Reflect.get(card, name) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  const name = field("license_name") ?? field("license") ?? "not said";
  const link = field("license_link");
  // Some cards name a file of the repository.
  const whole = link === undefined || /^https?:/.test(link) ? link : `${hubUrl}/${id}/blob/main/${link}`;
  return { name, gated: gated !== false && gated !== undefined, ...(whole === undefined ? {} : { link: whole }) };
}

/** A server's path becomes one below our folder, or nothing. */
function safePath(path: string): string {
  const bad = path.split("/").some((part) => part === "" || part === "." || part === "..");
  if (!bad && !/[\\\0:]/.test(path)) return path;
  throw new EditError("fetch-failed", `Expected file names below the repository, got ${JSON.stringify(path)}`);
}
