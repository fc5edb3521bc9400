// The port through which the console searches and counts. It is part of the ledger and only reads;
// it stands apart because each question here looks at many rows: every answer comes in bounded
// time, from at most `survey_rows` of them, and says where to go on. What a filter means is this
// file's, how it is found is store/survey.cpp's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "grant/grant.hpp"
#include "journey/session.hpp"

namespace limen::onboard {

enum class InvitationState : std::uint8_t { issued, used, expired, revoked, locked };

struct InvitationSearch {
  std::optional<InvitationState> state{};
  std::optional<std::string> email{};   // exact, case-folded
  std::optional<std::string> prefix{};  // of the case-folded address
  std::optional<Time> from{}, to{};     // of making: from with, to without
};

// As the enrolment door words it (inspect.hpp).
enum class SessionStatus : std::uint8_t {
  pending,
  expired,
  waiting_for_manual_approve,
  auto_approved,
  manual_approved,
  auto_rejected,
  manual_rejected,
};

struct SessionSearch {
  std::optional<std::string> external_id{};  // exact
  std::optional<std::string> prefix{};       // of the external id
  std::optional<SessionStatus> status{};
  std::optional<journey::Level> level{};
  std::optional<journey::Door> door{};
  std::optional<std::string> skill{};
  std::optional<Time> from{}, to{};
};

struct SearchPage {
  std::size_t limit = 20;
  std::optional<Id> after{};
};
// `next`: where to go on; nothing when everything was looked at.
struct Found {
  std::vector<Id> ids{};  // newest first
  std::optional<Id> next{};
};

struct Window {
  Time from, to;
  Seconds bucket;
};
struct SkillFunnel {
  std::size_t begun = 0, completed = 0;
  std::vector<std::size_t> submitted{};  // by position of the step
};
struct Bucket {
  std::size_t invited = 0, begun = 0, completed = 0;
};
struct Figures {
  bool is_partial = false;                               // more happened than was looked at
  std::map<InvitationState, std::size_t> invitations{};  // made in the window, by what they are now
  std::size_t opened = 0, agreed = 0;                    // in the window
  std::map<SessionStatus, std::size_t> sessions{};       // begun in the window
  std::map<journey::Level, std::size_t> levels{};        // of the completed ones
  std::map<std::string, SkillFunnel> skills{};
  std::vector<Bucket> buckets{};
  std::vector<std::int64_t> seconds_to_finish{};  // ascending
  std::map<std::uint8_t, std::size_t> letters{};  // by LetterState
  std::size_t alarms = 0;
};

class Survey {
 public:
  virtual ~Survey() = default;
  virtual Found invitations(const grant::TenantId& tenant, const InvitationSearch& search, Time now,
                            const SearchPage& page) = 0;
  virtual Found sessions(const grant::TenantId& tenant, const SessionSearch& search, Time now,
                         const SearchPage& page) = 0;
  // The letter that left with the invitation; nothing once it was swept.
  virtual std::optional<Id> first_letter(const grant::Grant& invitation) = 0;
  virtual Figures figures(const grant::TenantId& tenant, const Window& window) = 0;
};

}  // namespace limen::onboard
