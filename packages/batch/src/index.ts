export { ARTEFACTS, type Artefact, type HandOver, type MigratedUser } from './artefacts.js';
export { type DoctorOptions, examine, examineMachine, type Finding } from './doctor.js';
export type { Job, SecretReference } from './job.js';
export { expand, type ManifestOptions, manifestSecret, parseManifest } from './manifest.js';
export { addUp, type JobState, type JobStatus, readState, StateFile, type StateLine } from './state-file.js';
