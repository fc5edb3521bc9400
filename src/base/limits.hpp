// Every limit of the product, in one place, with its default. A limit an operator may change is
// read from the configuration into http::Options or onboard::Settings, which start from these
// numbers. Nothing here is a rule; the rules that use a number name it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace limen::limits {

// --- HTTP: what one request may weigh and how long it may take ---
constexpr std::size_t request_line_bytes = 8 * 1024;                // beyond: 414
constexpr std::size_t header_block_bytes = 16 * 1024;               // beyond: 431
constexpr std::size_t header_fields = 100;                          // beyond: 431
constexpr std::size_t json_body_bytes = 64 * 1024;                  // beyond: 413
constexpr std::size_t json_depth = 32;                              // beyond: 400
constexpr std::size_t upload_file_bytes = 20 * 1024 * 1024;         // beyond: 413
constexpr std::size_t upload_file_bytes_most = 128 * 1024 * 1024;   // that a setting can ask for
constexpr std::size_t piece_bytes = 512 * 1024;                     // of one piece; beyond: 413
constexpr std::size_t multipart_body_bytes = 24 * 1024 * 1024;      // beyond: 413
constexpr std::size_t uploads_in_flight_bytes = 256 * 1024 * 1024;  // all at once; beyond: 503
constexpr std::size_t texts_in_flight_bytes = 64 * 1024 * 1024;     // of all in memory; beyond: 503
constexpr std::size_t multipart_parts = 20;                         // beyond: 400
constexpr std::size_t multipart_boundary_bytes = 70;                // RFC 2046 section 5.1.1
constexpr std::size_t multipart_head_bytes = 8 * 1024;              // beyond: 400
constexpr std::size_t multipart_field_bytes = 8 * 1024;             // one text field; beyond: 413
constexpr auto header_time = std::chrono::seconds{10};              // beyond: 408 and close
constexpr auto body_gap_time = std::chrono::seconds{15};    // between two reads; beyond: 408
constexpr auto body_grace_time = std::chrono::seconds{30};  // then the rate below holds
constexpr std::size_t body_rate_bytes_per_s = 8 * 1024;  // of a body, or an answer; beyond: close
constexpr auto write_time = std::chrono::seconds{30};    // beyond: close
constexpr auto idle_time = std::chrono::seconds{75};     // without a request; beyond: close
constexpr auto drain_time = std::chrono::seconds{10};    // a stop waits this long for answers
constexpr std::size_t connections = 12'000;              // beyond: closed at accept
constexpr std::size_t streams = 4'000;                   // beyond: 503
constexpr std::size_t streams_of_topic = 8;              // beyond: 503
constexpr auto stream_beat_time = std::chrono::seconds{15};  // a sign of life this often
constexpr auto stream_time = std::chrono::minutes{5};        // then it ends; readers come again
constexpr std::size_t pipelined_in_hand = 16;                // beyond: they wait in line
constexpr std::size_t queued_jobs = 4096;                    // beyond: 503 with Retry-After

// --- store ---
constexpr std::size_t jobs_per_commit = 256;
constexpr std::size_t rows_per_sweep = 500;
constexpr std::size_t counted_notices = 100'000;  // that wait; beyond: not counted on

// --- lifetimes ---
// A clock that is set right may go back so far, and what was told before it stays true.
constexpr auto clock_step = std::chrono::seconds{120};
constexpr auto access_life = std::chrono::seconds{3600};
constexpr auto invitation_life = std::chrono::days{14};
// Its row stays so long after its end, for the operator's eyes and for what hangs below it.
constexpr auto invitation_kept = std::chrono::days{30};
// As long as the invitation at most: with it a person may also withdraw.
constexpr auto connection_life = std::chrono::days{14};
constexpr auto pass_life = std::chrono::minutes{30};
constexpr auto hand_over_life = std::chrono::minutes{10};
constexpr auto hand_over_replay = std::chrono::seconds{60};
constexpr auto device_life = std::chrono::seconds{3600};
constexpr auto device_life_max = std::chrono::seconds{86'400 * 30};
constexpr auto enrolment_token_life = std::chrono::seconds{3600};
constexpr std::uint64_t parcel_pieces = 4096;       // a file comes in, at most
constexpr auto parcel_life = std::chrono::days{1};  // of a file that comes in pieces
constexpr auto session_life = std::chrono::days{14};
constexpr auto transfer_life = std::chrono::minutes{10};  // of a link to another device
constexpr auto consent_life = std::chrono::days{90};
constexpr auto retention_life = std::chrono::days{365};
constexpr auto finished_keep = std::chrono::days{30};

// --- texts ---
constexpr std::uint32_t invitation_misses = 10;  // wrong guesses at one invitation, then locked
constexpr std::size_t email_bytes = 254;         // RFC 5321 section 4.5.3.1.3
constexpr std::size_t name_points = 64;          // code points of one name
constexpr std::size_t external_id_points = 512;  // s4: "up to 512 characters"
constexpr std::size_t metadata_bytes = 16 * 1024;
constexpr std::size_t field_points = 1024;  // one answer of one field
constexpr std::size_t page_rows = 100;      // rows of one page of a list

// --- budgets: what strangers may get wrong, and how many letters may leave (ADR 0012) ---
constexpr auto budget_window = std::chrono::days{1};
constexpr std::uint32_t guesses_address = 30;
constexpr std::uint32_t guesses_address_strained = 3;
constexpr std::uint32_t guesses_block = 300;
constexpr std::uint32_t guesses_block_strained = 30;
constexpr std::uint32_t guesses_organisation = 5'000;
constexpr std::uint32_t guesses_overall = 20'000;
constexpr std::uint32_t misses_of_network = 3;        // then a locked invitation stays shut for it
constexpr std::uint32_t misses_of_code = 10;          // wrong addresses for one right code
constexpr auto repeat_life = std::chrono::hours{24};  // of an answer kept under its Idempotency-Key
constexpr auto guess_time = std::chrono::milliseconds{50};  // until a wrong pair is refused
constexpr std::uint32_t letters_organisation = 50'000;
constexpr std::uint32_t letters_recipient = 5;

// --- letters ---
constexpr std::size_t letters_per_claim = 64;
constexpr auto letter_claim_life = std::chrono::minutes{5};
constexpr auto letter_retry_first = std::chrono::seconds{15};
constexpr auto letter_retry_longest = std::chrono::hours{2};
constexpr auto letter_life = std::chrono::hours{48};  // then a dead letter

// --- webhooks ---
constexpr std::size_t webhooks_organisation = 20;  // beyond: 409
constexpr std::size_t webhook_url_bytes = 2048;
constexpr auto webhook_overlap = std::chrono::days{1};  // the secret before still signs
constexpr auto notice_retry_first = std::chrono::seconds{5};
constexpr auto notice_retry_longest = std::chrono::hours{4};
constexpr auto webhook_pause_longest = std::chrono::minutes{5};  // a failing one is tried as often
constexpr std::size_t notices_given_up = 500;                    // at once
constexpr auto notice_life = std::chrono::hours{96};             // then dead: outlives three days
constexpr std::uint32_t notice_attempts = 3;                     // at least, before it is dead

}  // namespace limen::limits
