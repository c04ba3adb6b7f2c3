#include "../variants.h"

#if MLP_HAS_NEON_VARIANTS
#include "../simd/neon.h"
#define MLP_FUSES true
#include "loops.h"

namespace mlp {

const UpdateKernels<float> kNeonUpdates{
    sgd_loop<float>,     nesterov_loop<float>, adagrad_loop<float>,        rmsprop_loop<float>, adam_loop<float>,
    amsgrad_loop<float>, nadam_loop<float>,    lion_loop<float>,           sum_of_squares_loop<float>,
    clip_loop<float>,    add_penalty_loop<float>, scale_loop<float>, move_average_loop<float>};

}  // namespace mlp
#endif
