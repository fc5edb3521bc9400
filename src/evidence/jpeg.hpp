// libjpeg's errors, for those who decode and who encode with it: it reports them by a call that
// must not return, and so it jumps back to where `back` was set, over C frames that hold nothing of
// ours. Nothing is printed. It neither decodes nor encodes.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>

#include <jpeglib.h>  // needs size_t and FILE before it

namespace limen::evidence {

struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf back;
};

// Ends what libjpeg is doing with that object; `info->err` is the base of a JpegErrors.
[[noreturn]] inline void leave_jpeg(j_common_ptr info) {
  std::longjmp(reinterpret_cast<JpegErrors*>(info->err)->back, 1);
}

// What an object's `err` is to be; lives as long as the object.
inline jpeg_error_mgr* jumping(JpegErrors& errors) {
  jpeg_std_error(&errors.base);
  errors.base.error_exit = leave_jpeg;
  errors.base.emit_message = [](j_common_ptr, int) {};
  errors.base.output_message = [](j_common_ptr) {};
  return &errors.base;
}

}  // namespace limen::evidence
