import { proposals, take } from "../actions/propose.ts";
import { addressOf } from "../api.ts";
import type { Operation } from "../state/operations.ts";
import { t } from "../words.ts";

/** Candidates as small pictures to pick from. */
export function Proposals({ operation }: { operation: Operation }) {
  return (
    <div class="proposals">
      <h3>{t("proposals")}</h3>
      {proposals.value?.list.map((candidate) => (
        <button type="button" key={candidate.candidateId} onClick={() => take(operation, candidate)}>
          <img src={addressOf.candidate(candidate.candidateId)} alt="" />
          <span>{candidate.prompt || candidate.reason}</span>
        </button>
      ))}
    </div>
  );
}
