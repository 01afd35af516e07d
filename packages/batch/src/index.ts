export { ARTEFACTS, type Artefact, type HandOver, type MigratedUser } from './artefacts.js';
export { type DoctorOptions, examine, examineMachine, type Finding } from './doctor.js';
export type { Job, SecretReference } from './job.js';
export type { JobOutcome, JobProgress, JobResult, JobTotals } from './job-result.js';
export { expand, type ManifestOptions, manifestSecret, parseManifest } from './manifest.js';
export {
  keepReport,
  makeStateDirectory,
  readKeptReport,
  readStateDirectory,
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
export type { FoundMail, HomeSurvey, MailFormat, NotMail, SettingsFinding, SurveyHome, SurveyNote, SurveyOptions } from './survey.js';
export { type Convert, timeConversions } from './survey-calibration.js';
export { estimateBatch, estimateHome, type Rates, ratesOf, type Samples, type TimedSample } from './survey-estimate.js';
export { surveyHome } from './survey-home.js';
export { MANIFEST_HEADER, manifestRow } from './survey-manifest.js';
export { homeText, surveyText } from './survey-text.js';
export { SurveySum, type SurveyTotals } from './survey-totals.js';
