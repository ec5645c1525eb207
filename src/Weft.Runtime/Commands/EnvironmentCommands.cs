namespace Weft.Runtime.Commands;

/// <summary><c>env</c>: every variable of the container, in the order of names.</summary>
internal sealed class EnvCommand : IPodCommand
{
    public string Name => "env";

    public async Task<int> RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (!call.Arguments.IsEmpty)
        {
            await call.WriteErrorAsync("env: arguments are not understood here\n", cancellationToken);
            return 125;
        }

        await call.WriteAsync(string.Concat(call.Environment.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key}={each.Value}\n")), cancellationToken);
        return 0;
    }
}

/// <summary><c>printenv NAME...</c>: the values of these variables, or all as <c>env</c>; 1 when one is not there.</summary>
internal sealed class PrintEnvCommand : IPodCommand
{
    public string Name => "printenv";

    public async Task<int> RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments.IsEmpty)
            return await new EnvCommand().RunAsync(call, cancellationToken);
        var values = call.Arguments.Select(name => call.Environment.GetValueOrDefault(name)).ToArray();
        await call.WriteAsync(string.Concat(values.OfType<string>().Select(value => value + "\n")), cancellationToken);
        return values.Contains(null) ? 1 : 0;
    }
}

/// <summary><c>hostname</c>: that of the pod; <c>-i</c> its address.</summary>
internal sealed class HostnameCommand : IPodCommand
{
    public string Name => "hostname";

    public async Task<int> RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        switch (call.Arguments)
        {
            case []:
                await call.WriteAsync(call.Environment.GetValueOrDefault("HOSTNAME", "") + "\n", cancellationToken);
                return 0;
            case ["-i" or "-I"]:
                await call.WriteAsync($"{call.Container.Network.PodAddress}\n", cancellationToken);
                return 0;
            default:
                await call.WriteErrorAsync("hostname: it cannot be set here\n", cancellationToken);
                return 1;
        }
    }
}

/// <summary><c>echo WORD...</c>, with <c>-n</c>.</summary>
internal sealed class EchoCommand : IPodCommand
{
    public string Name => "echo";

    public async Task<int> RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var bare = call.Arguments is ["-n", ..];
        await call.WriteAsync(string.Join(' ', call.Arguments.Skip(bare ? 1 : 0)) + (bare ? "" : "\n"), cancellationToken);
        return 0;
    }
}
