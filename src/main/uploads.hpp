// The folder of finished uploads (store/blobs.hpp) as http's spool. It exists because http knows no
// store.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "http/spool.hpp"
#include "store/blobs.hpp"

namespace limen::main {

class SpoolFile final : public http::SpoolFile {
 public:
  explicit SpoolFile(std::unique_ptr<store::BlobFile> file) : file_(std::move(file)) {}
  void write(BytesView bytes) override { file_->write(bytes); }
  http::Spooled finish() override {
    const store::Blob blob = file_->finish();
    return {blob.path, blob.name, Bytes(blob.sha256.begin(), blob.sha256.end())};
  }

 private:
  std::unique_ptr<store::BlobFile> file_;
};

class Uploads final : public http::Spool {
 public:
  explicit Uploads(store::Blobs& blobs) : blobs_(blobs) {}
  std::unique_ptr<http::SpoolFile> create() override {
    return std::make_unique<SpoolFile>(blobs_.create());
  }
  void remove(const std::string& name) noexcept override { blobs_.remove(name); }

 private:
  store::Blobs& blobs_;
};

}  // namespace limen::main
