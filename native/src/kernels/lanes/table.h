#pragma once

// After the other headers of this folder: their functions in one table.
namespace mlp {
namespace {

constexpr LaneKernels lane_table(KernelSet set, LaneLoss softmax, LaneLoss binary, LaneShuffle shuffle,
                                 LaneGather gather) {
  return {set,
          affine_lanes,
          slope_lanes,
          descend_lanes,
          activate_lanes,
          derive_lanes,
          multiply_elements,
          add_elements,
          softmax,
          binary,
          squared_error_lanes,
          absolute_error_lanes,
          huber_lanes,
          {sgd_lanes, nesterov_lanes, adagrad_lanes, rmsprop_lanes, adam_lanes, nadam_lanes, amsgrad_lanes, lion_lanes},
          squares_lanes,
          clip_lanes,
          penalize_lanes,
          scale_lanes,
          average_lanes,
          shuffle,
          gather,
          mark_lanes};
}

}  // namespace
}  // namespace mlp
