// Words to calls, with CLI11. Misuse is 2 whatever CLI11 calls it.
#include "main/commands.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "main/decide.hpp"
#include "main/doctor.hpp"
#include "main/operate.hpp"
#include "main/receipt.hpp"
#include "main/samples.hpp"
#include "main/tour.hpp"

namespace limen::main {
namespace {

int check_skill(const std::filesystem::path& file, bool as_json, std::ostream& out,
                std::ostream& err) {
  try {
    const auto errors = check_skill_file(file);
    if (as_json) {
      out << json::serialize(
                 json::object{{"ok", errors.empty()}, {"errors", json::value_from(errors)}})
          << "\n";
      return errors.empty() ? exit_done : exit_refused;
    }
    for (const auto& error : errors) err << error << "\n";
    if (errors.empty()) out << file.string() << ": all is well\n";
    return errors.empty() ? exit_done : exit_refused;
  } catch (const std::exception& problem) {
    err << "limen: " << problem.what() << "\n";
    return exit_misuse;
  }
}

// One noun's subcommand, made when its first verb asks.
CLI::App* noun_of(CLI::App& app, std::map<std::string, CLI::App*, std::less<>>& nouns,
                  std::string_view noun) {
  auto& slot = nouns[std::string(noun)];
  if (slot == nullptr) {
    slot = app.add_subcommand(std::string(noun), "operator commands: " + std::string(noun));
    slot->require_subcommand(1);
  }
  return slot;
}

// The first word that should have been a subcommand and is none; empty when there is no such word.
std::string unknown_word(CLI::App& app, int argc, char** argv) {
  CLI::App* at = &app;
  std::string path;
  for (int i = 1; i < argc && at->get_require_subcommand_min() > 0; ++i) {
    const std::string word = argv[i];
    if (word.starts_with('-')) return {};
    path += (path.empty() ? "" : " ") + word;
    const auto found =
        at->get_subcommands([&](const CLI::App* sub) { return sub->get_name() == word; });
    if (found.empty()) return path;
    at = found.front();
  }
  return {};
}

void add_caller(CLI::App& verb, std::filesystem::path& credentials, std::string& as) {
  verb.add_option("--credentials", credentials, "operator.json, or dev mode's file")
      ->envname("LIMEN_CREDENTIALS")
      ->required();
  verb.add_option("--as", as, "whose operator of dev mode's file")
      ->check(CLI::IsMember({"installation", "demo", "other"}))
      ->capture_default_str();
}

CLI::App& add_decide(CLI::App& app, DecideOptions& options) {
  CLI::App& command =
      *app.add_subcommand("decide", "decides past sessions again, and changes nothing");
  add_caller(command, options.credentials, options.as);
  command.add_option("--organisation", options.organisation,
                     "handle; only an operator of the whole installation names one");
  command.add_option("--session", options.session, "this one, beside what was decided");
  command.add_option("--skill", options.skill, "all of this skill, newest first");
  command.add_option("--rules", options.rules, "TOML file; without it by each session's own rules");
  command.add_option("--since", options.from, "begun since then: 2026-11-26, or a time");
  command.add_option("--until", options.to, "begun before then");
  command.add_option("--limit", options.limit, "so many sessions; without it all")
      ->check(CLI::PositiveNumber);
  command.add_flag("--json", options.as_json, "for machines; with --skill a line each");
  return command;
}

void add_command(CLI::App& verb, const Command& command, Given& given) {
  add_caller(verb, given.credentials, given.as);
  verb.add_flag("--json", given.as_json, "print the server's JSON");
  if (command.path.find('{') != std::string_view::npos)
    verb.add_option("ID", given.argument, "which one")->required();
  for (const Option& option : command.options) {
    auto* added = verb.add_option(std::string(option.flag), given.values[std::string(option.flag)],
                                  std::string(option.help));
    if (option.is_required) added->required();
    if (option.shape != Shape::texts) added->expected(1);
  }
}

}  // namespace

// `receipt` is a noun of the operator's, too.
void add_receipt_verify(CLI::App& noun, ReceiptOptions& options) {
  noun.description("signed statements about completed sessions");
  CLI::App* verify = noun.add_subcommand(
      "verify", "is a receipt genuine, and what does it say; needs no server and no credentials");
  verify->add_option("FILE", options.file, "what the API answered, or the receipt alone")
      ->required();
  verify->add_option("--issuer", options.issuer,
                     "whose receipt it must be; without --jwks it is asked for its keys");
  verify->add_option("--jwks", options.jwks, "the key set to trust, a file or an https URL");
  verify->add_flag("--json", options.as_json, "for machines");
}

CLI::App& add_dev(CLI::App& app, DevOptions& options) {
  CLI::App& dev = *app.add_subcommand("dev", "zero configuration, for development");
  dev.add_option("--listen", options.listen, "ADDRESS:PORT, port 0 picks one")
      ->capture_default_str();
  dev.add_option("--data", options.data, "folder that is kept; default a temporary one");
  dev.add_option("--credentials", options.credentials, "file to write every credential to");
  dev.add_option("--engine", options.engine, "file with an [engine] table");
  dev.add_option("--webhooks", options.webhooks, "file with a [webhooks] table");
  return dev;
}

int run_command(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app{"Limen carries a person from an invitation to a stored, trustworthy result."};
  app.require_subcommand(1);
  app.set_version_flag("--version", LIMEN_VERSION);
  int code = exit_done;

  DevOptions dev;
  add_dev(app, dev).callback([&] { code = run_dev(dev, out, err); });

  ServeOptions production;
  DoctorOptions examination;
  std::filesystem::path credentials, skill_file;
  bool skill_as_json = false;
  CLI::App* serve = app.add_subcommand("serve", "production");
  serve->add_option("--config", production.config, "TOML file")->required();
  serve->add_flag("--new-operator", production.new_operator,
                  "a new operator of the installation; older ones are revoked");
  serve->callback([&] { code = run_serve(production, out, err); });

  CLI::App* doctor = app.add_subcommand("doctor", "what serve would do, and what is unsafe");
  doctor->add_option("--config", examination.config, "TOML file")->required();
  doctor->add_flag("--json", examination.as_json, "for machines");
  doctor->add_flag("--probe-mail", examination.probe_mail, "connects to the mail relay as well");
  doctor->callback([&] { code = run_doctor(examination, out, err); });

  CLI::App* walk = app.add_subcommand("tour", "walks the four flows against a running server");
  walk->add_option("--credentials", credentials, "file that `limen dev` wrote")->required();
  walk->callback([&] { code = tour(credentials, out, err); });

  DecideOptions decision;
  add_decide(app, decision).callback([&] { code = decide(decision, out, err); });

  std::map<std::string, CLI::App*, std::less<>> nouns;
  CLI::App* check = noun_of(app, nouns, "skill")
                        ->add_subcommand("check", "reads a skill file and names every broken rule");
  check->add_option("FILE", skill_file, "TOML file")->required();
  check->add_flag("--json", skill_as_json, "for machines");
  check->callback([&] { code = check_skill(skill_file, skill_as_json, out, err); });

  ReceiptOptions receipt;
  add_receipt_verify(*noun_of(app, nouns, "receipt"), receipt);
  nouns.at("receipt")->get_subcommand("verify")->callback(
      [&] { code = verify_receipt(receipt, out, err); });

  std::vector<std::unique_ptr<Given>> givens;
  for (const Command& command : commands()) {
    Given& given = *givens.emplace_back(std::make_unique<Given>());
    CLI::App* verb = noun_of(app, nouns, command.noun)
                         ->add_subcommand(std::string(command.verb), std::string(command.help));
    add_command(*verb, command, given);
    verb->callback(
        [&code, &command, &given, &out, &err] { code = operate(command, given, out, err); });
  }
  if (const auto unknown = unknown_word(app, argc, argv); !unknown.empty()) {
    err << "limen: there is no command " << unknown << "; limen --help lists them\n";
    return exit_misuse;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem, out, err) == 0 ? exit_done : exit_misuse;
  }
  return code;
}

}  // namespace limen::main
