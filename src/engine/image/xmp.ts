/** XMP of a written picture: how it came to be (IPTC digital source type) and the recipe that replays it. */

const SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
const IPTC_NS = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
const DRAGFLOW_NS = "urn:dragflow-agent:xmp:1.0:";
const RDF_NS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const PACKET_START = '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>';

export interface XmpChange {
  /** true adds the digital source type (and the recipe, if given). */
  readonly embed: boolean;
  readonly recipe?: unknown;
  /** Of the written file's samples, 1–8; default 1. */
  readonly orientation?: number;
}

/**
 * The input's XMP with what this edit changes: orientation set, an older recipe of ours and links to data that is not
 * carried along removed, ours added. A packet that cannot be extended is replaced. undefined when nothing is left to say.
 */
export function mergeXmp(existing: Uint8Array | undefined, change: XmpChange): Uint8Array | undefined {
  const old = existing === undefined ? "" : new TextDecoder().decode(existing).replace(/\0+$/, "");
  const kept = cleaned(old, change);
  if (!change.embed) return kept === "" ? undefined : new TextEncoder().encode(kept);
  const close = /<\/[\w-]*:?RDF>/.exec(kept);
  const ours = description(change.recipe);
  const text = close ? kept.slice(0, close.index) + ours + kept.slice(close.index) : freshPacket(ours);
  return new TextEncoder().encode(text);
}

/** The recipe embedded by `mergeXmp`, parsed; undefined when there is none or it is damaged. */
export function recipeOf(xmp: Uint8Array): unknown {
  const match = /<dragflow:recipe>([^<]*)<\/dragflow:recipe>/.exec(new TextDecoder().decode(xmp));
  try {
    return match?.[1] === undefined ? undefined : JSON.parse(unescapeXml(match[1]));
  } catch {
    return undefined;
  }
}

function cleaned(xmp: string, { embed, orientation = 1 }: XmpChange): string {
  const text = dropProperty(dropProperty(xmp, "dragflow:recipe"), "xmpNote:HasExtendedXMP")
    .replace(/(tiff:Orientation\s*=\s*["'])\d+(["'])/g, `$1${orientation}$2`)
    .replace(/(<tiff:Orientation>)\s*\d+\s*(<\/tiff:Orientation>)/g, `$1${orientation}$2`);
  return embed ? dropProperty(text, "Iptc4xmpExt:DigitalSourceType") : text;
}

/** Removes a simple property in either of its two spellings: attribute or element. No part of a pattern runs past a "<", so
 * that text of many beginnings takes no longer than its length. */
function dropProperty(xmp: string, name: string): string {
  return xmp
    .replace(new RegExp(`\\s${name}\\s*=\\s*("[^"]*"|'[^']*')`, "g"), "")
    .replace(new RegExp(`<${name}(\\s[^<>]*)?(/>|>[^<]*</${name}>)`, "g"), "");
}

function description(recipe: unknown): string {
  const body = recipe === undefined ? "" : `<dragflow:recipe>${escapeXml(JSON.stringify(recipe))}</dragflow:recipe>`;
  return (
    `<rdf:Description xmlns:rdf="${RDF_NS}" rdf:about="" xmlns:Iptc4xmpExt="${IPTC_NS}"` +
    ` xmlns:dragflow="${DRAGFLOW_NS}" Iptc4xmpExt:DigitalSourceType="${SOURCE_TYPE}">${body}</rdf:Description>`
  );
}

function freshPacket(body: string): string {
  const rdf = `<rdf:RDF xmlns:rdf="${RDF_NS}">${body}</rdf:RDF>`;
  return `${PACKET_START}<x:xmpmeta xmlns:x="adobe:ns:meta/">${rdf}</x:xmpmeta><?xpacket end="w"?>`;
}

/** U+FFFE and U+FFFF are not XML characters; JSON can spell them. Control characters JSON has escaped already. */
function escapeXml(text: string): string {
  return text
    .replace(/[\uFFFE\uFFFF]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function unescapeXml(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
