/** The shown edit: receipt in words, tiers, loss curve, film strip. */
import { useEffect, useState } from "preact/hooks";
import { lastExport } from "../actions/download.ts";
import { adjustEdit } from "../actions/edits.ts";
import { addressOf, api, type Edit } from "../api.ts";
import { number, t } from "../words.ts";
import { Icon } from "./Icon.tsx";
import { outsideWords, receiptWords, tierWord } from "./receipt-words.ts";
import { Sparkline } from "./Sparkline.tsx";
import { spoken } from "./spoken.ts";

export function EditFacts({ id }: { id: string }) {
  const [edit, setEdit] = useState<Edit>();
  const [losses, setLosses] = useState<readonly number[]>([]);
  useEffect(() => {
    let here = true;
    void api.edit(id).then(
      (found) => here && setEdit(found),
      () => {},
    );
    void api.losses(id).then(
      (found) => here && setLosses(found.losses),
      () => {},
    );
    return () => {
      here = false;
    };
  }, [id]);
  if (edit?.editId !== id) return <p class="quiet pad">…</p>;
  return (
    <div class="facts">
      <section class="card">
        <h2>{t("receipt")}</h2>
        <p class={edit.receipt.outsideChanged === 0 ? "seal good" : "seal"}>
          <Icon name={edit.receipt.outsideChanged === 0 ? "check" : "warning"} size={18} />
          <span>{outsideWords(edit.receipt)}</span>
        </p>
        <ul class="quiet plain-list">
          {receiptWords(edit)
            .slice(1)
            .map((line) => (
              <li key={line}>{line}</li>
            ))}
        </ul>
        {lastExport.value && <Exported />}
      </section>
      {edit.warnings.map(({ code, message }) => (
        <p class="quiet note" key={code + message}>
          {spoken(message)}
        </p>
      ))}
      <button type="button" class="secondary wide" onClick={() => void adjustEdit(id)}>
        <Icon name="pencil" size={18} />
        {t("adjustAgain")}
      </button>
      <Tiers edit={edit} />
      {losses.length > 1 && (
        <section class="card">
          <h2>
            {t("lossCurve", { first: (losses[0] ?? 0).toPrecision(3), last: (losses.at(-1) ?? 0).toPrecision(3) })}
          </h2>
          <Sparkline values={losses} width={270} height={70} />
        </section>
      )}
      {edit.frames.length > 0 && (
        <section class="card">
          <h2>{t("filmStrip")}</h2>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
          <section class="strip" tabIndex={0} aria-label={t("filmStrip")}>
            {edit.frames.map((url, i) => (
              <img key={url} src={url} alt={`${t("filmStrip")} ${i + 1}`} loading="lazy" />
            ))}
          </section>
        </section>
      )}
    </div>
  );
}

function Exported() {
  const written = lastExport.value;
  if (written === undefined) return null;
  const size = `${number(written.bytes / 1e6, 2)} MB`;
  return (
    <p class="quiet note">
      {t("downloaded", { name: written.name, size })}: {outsideWords(written.receipt)}
    </p>
  );
}

function Tiers({ edit }: { edit: Edit }) {
  const names = (["preview", "fast", "full"] as const).filter((name) => edit.tiers[name] !== undefined);
  if (names.length < 2) return null;
  return (
    <section class="card">
      <h2>{t("tiers")}</h2>
      <div class="tiers">
        {names.map((name) => (
          <figure key={name} class={name === edit.tier ? "won" : ""}>
            <img src={addressOf.editFile(edit.editId, `tier-${name}`)} alt={tierWord(name)} loading="lazy" />
            <figcaption>
              {tierWord(name)} <small>{t("score", { score: number(edit.tiers[name]?.score ?? 0, 2) })}</small>
            </figcaption>
          </figure>
        ))}
      </div>
    </section>
  );
}
