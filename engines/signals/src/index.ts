export { createNoveltyDetector, type NoveltyOptions } from './novelty-detector.ts'
export { bandRms, type Spectrum, type SpectrumWindow, spectrum, velocityRms, WAVEFORM_SAMPLES_MAX } from './spectrum.ts'
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
