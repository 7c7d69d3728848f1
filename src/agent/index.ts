/** The agent's public face. */
export { type AssistantOptions, createAssistant } from "./assistant.ts";
export {
  choosePlanner,
  configuredModel,
  type ModelSettings,
  type PlannerChoice,
  type PlannerSettings,
} from "./choose.ts";
export { Conversation, type ConversationOptions, type SayOptions } from "./conversation.ts";
export type { Critic } from "./critic.ts";
export { type Equipped, equipped, type Thinking } from "./equipped.ts";
export { type AgentEvent, type EventSink, type Refusal, transcriptText } from "./events.ts";
export { withIntents } from "./intents.ts";
export { linkedTools } from "./linked-tools.ts";
export { describeMotion } from "./local/describe.ts";
export { parseRequest } from "./local/grammar.ts";
export { createLocalPlanner } from "./local/planner.ts";
export { runTurn } from "./loop.ts";
export { mcpToolPort } from "./mcp-port.ts";
export { type Made, type Memory, namedThings } from "./memory.ts";
export { type Examination, examine } from "./model/examine.ts";
export { createModelPlanner, type ModelConfig } from "./model/planner.ts";
export { createSamplingPlanner } from "./model/sampling.ts";
export { type ModelSource, modelSource } from "./model/source.ts";
export type { Budget, Spend } from "./model/spend.ts";
export { refusalError } from "./parsing.ts";
export type { Planner, PlannerCall, PlannerStep } from "./planner.ts";
export type { ToolAnswer, ToolImage, ToolInfo, ToolPort, ToolProgress } from "./port.ts";
export type { Choice, Question } from "./question.ts";
export type { PastTurn, TurnState } from "./state.ts";
export type { Selection, Thread } from "./thread.ts";
export { toolCritic } from "./tool-critic.ts";
export { saveTranscript, TRANSCRIPT_FILE } from "./transcript.ts";
export type { KeptEdit, TurnOptions, TurnOutcome } from "./turn.ts";
