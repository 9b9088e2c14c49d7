// Below the checks of unmixing: the noise that the camera's gain predicts for the corrected background, when an earlier step measured it.
import { stepsBefore } from '../../../workers/report-steps';
import { formatPercent, formatValue, THIN } from '../../ui/format';
import { alphaInForce, estimation, pool } from '../estimate';
import { enteringUnit } from '../unit';
import { sourceChannel, targetChannel, unmixIndex } from '../unmix';
import { noiseModel, unmixedNoise } from './noise';

export function NoiseLine() {
  const index = unmixIndex.value;
  const found = estimation.value;
  const levels = pool.value;
  const alpha = alphaInForce.value;
  if (index === null || !found || alpha === null || levels?.sourceBackground == null || levels.targetBackground === null)
    return null;
  const earlier = stepsBefore(found.report, index);
  const source = noiseModel(earlier, sourceChannel.value);
  const target = noiseModel(earlier, targetChannel.value);
  if (!source || !target) return null;
  const noise = unmixedNoise(
    { model: source, value: levels.sourceBackground },
    { model: target, value: levels.targetBackground },
    alpha,
  );
  if (!noise) return null;
  return (
    <p class="quiet noise-line">
      By the camera's gain the corrected background scatters by ±{formatValue(noise.sd)}
      {THIN}
      {enteringUnit.value}; unmixing adds {formatPercent(noise.added)} to it.
    </p>
  );
}
