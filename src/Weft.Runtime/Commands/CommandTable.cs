using System.Collections.Frozen;
using Weft.Runtime.Commands.Curl;

namespace Weft.Runtime.Commands;

/// <summary>The commands of containers that run inside this process. They have no files and start no programs (ADR 0014).</summary>
internal sealed class CommandTable
{
    /// <summary>What a shell gives for a command that is not there.</summary>
    private const int NotFound = 127;

    private readonly FrozenDictionary<string, IPodCommand> _commands;

    public CommandTable() => _commands = new IPodCommand[]
    {
        new CurlCommand(), new PilotAgentCommand(), new EnvCommand(), new PrintEnvCommand(), new HostnameCommand(), new EchoCommand(),
        new ShellCommand("sh", RunAsync), new ShellCommand("bash", RunAsync),
    }.ToFrozenDictionary(command => command.Name);

    public async Task<int> RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        // /usr/bin/env is env: there is one of each.
        var name = call.Name.StartsWith('/') ? call.Name[(call.Name.LastIndexOf('/') + 1)..] : call.Name;
        if (_commands.TryGetValue(name, out var command))
            return await command.RunAsync(call, cancellationToken);
        var known = string.Join(", ", _commands.Keys.Order(StringComparer.Ordinal));
        await call.WriteErrorAsync($"exec: \"{call.Name}\": executable file not found in $PATH (this container runs inside weft and knows: {known})\n", cancellationToken);
        return NotFound;
    }
}
