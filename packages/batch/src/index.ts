export { ARTEFACTS, type Artefact, type HandOver, type MigratedUser } from './artefacts.js';
export { type BatchEvent, type BatchOptions, type BatchRecord, type BatchResult, runBatch } from './batch.js';
export { BatchLock } from './batch-lock.js';
export { type BatchPlan, type PlanOptions, planBatch } from './batch-plan.js';
export { type DoctorOptions, examine, examineMachine, type Finding } from './doctor.js';
export { type HandOverFacts, type HandOverPlan, planHandOver } from './handover.js';
export type { Job, SecretReference } from './job.js';
export { type JobMessage, readJobMessage } from './job-message.js';
export { collectOptions, type JobOptions, readOption } from './job-options.js';
export { absoluteJob, isUpload, type JobOrder, NOT_FOR_JOBS, type OrderOptions, orderOf } from './job-order.js';
export type { JobOutcome, JobProgress, JobResult, JobTotals } from './job-result.js';
export { type JobLimits, type LocalRunnerOptions, localRunner } from './local-runner.js';
export { expand, type ManifestOptions, manifestSecret, parseManifest } from './manifest.js';
export { isPerson, type PasswdEntry, parsePasswd } from './passwd.js';
export type {
  BatchIssue,
  BatchOutcome,
  BatchReport,
  ByHandKind,
  ReportByHand,
  ReportFolderName,
  ReportGroup,
  ReportJob,
  ReportSkipped,
  ReportStretch,
} from './report.js';
export { buildBatchReport } from './report-build.js';
export { renderBatchHtml } from './report-html.js';
export { renderBatchJson, renderBatchText } from './report-text.js';
export { BATCH_TEXTS, type BatchTexts, type BatchVerdict } from './report-texts/index.js';
export type { JobControl, Runner } from './runner.js';
export { chooseJobs, type JobChoice, lookAtWindow, parseShard, parseWindow, shardOf, type Window } from './schedule.js';
export { readSecret } from './secret.js';
export { splitSources } from './source-list.js';
export {
  keepReport,
  makeStateDirectory,
  readKeptReport,
  readStateDirectory,
  readStateOfShard,
  reportPathOf,
  type Shard,
  stateDirectoryOf,
  stateFileIn,
} from './state-directory.js';
export {
  addUp,
  type BatchLine,
  type BatchState,
  type JobState,
  type JobStatus,
  readBatchState,
  readState,
  StateFile,
  type StateLine,
} from './state-file.js';
export { type BatchStatus, type StatusRow, statusCsv, statusOf } from './status.js';
export {
  type AccessFinding,
  type FormatCount,
  type FoundMail,
  type HomeSurvey,
  LISTED,
  type MailFormat,
  type NoteKind,
  type NotMail,
  type SettingsFinding,
  type SurveyHome,
  type SurveyNote,
  type SurveyOptions,
} from './survey.js';
export { hasGetfacl, readAccessLists, withAccessLists } from './survey-access.js';
export { type Convert, timeConversions } from './survey-calibration.js';
export { estimateBatch, estimateHome, type Rates, ratesOf, type Samples, type TimedSample } from './survey-estimate.js';
export { surveyHome } from './survey-home.js';
export { MANIFEST_HEADER, manifestRow } from './survey-manifest.js';
export { type EstimateText, homeText, surveyText } from './survey-text.js';
export { SurveySum, type SurveyTotals } from './survey-totals.js';
