export { type DetectorPlan, detectorPlanFor, type SignalProfile } from './detector-plan.ts'
export { createLevelDetector, type LevelOptions } from './level-detector.ts'
export { createNoveltyDetector, type NoveltyOptions, PROBATION_SAMPLES_MAX } from './novelty-detector.ts'
export { estimateRemainingLife, type RemainingLife } from './remaining-life.ts'
export { createSensorChecks, type SensorCheckOptions, type SensorChecks } from './sensor-checks.ts'
export { type BearingOrders, bandLimitsHz, type SpectralBand, spindleBands } from './spectral-bands.ts'
export { BANDS_MAX, createSpectralDetector, type SpectralDetector, type SpectralOptions } from './spectral-detector.ts'
export { bandRms, type Spectrum, type SpectrumWindow, spectrum, velocityRms, WAVEFORM_SAMPLES_MAX } from './spectrum.ts'
export {
  diagnoseSpindle,
  type SpindleCause,
  type SpindleDiagnosis,
  type SpindleObservation,
  type SpindleReason,
  type SpindleReasonCode,
} from './spindle.ts'
export {
  type BandVerdict,
  confidenceOf,
  type DetectorEvidence,
  type DetectorKind,
  type DetectorSnapshot,
  type DetectorState,
  type DetectorVerdict,
  operatingContext,
  type SensorFault,
  type SeriesEvidence,
  type SpectrumEvidence,
  type UsualRange,
  type ValueDetector,
} from './verdict.ts'
