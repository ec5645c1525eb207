using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Weft.Runtime.Commands;
using Weft.Runtime.Containers;

namespace Weft.Runtime.Images;

/// <summary>
/// A local process as a container. A small shell stands between us and it: it gives the process a session, and so a process group,
/// of its own, and holds the other end of a control pipe. A line in the pipe is the name of a signal for the group; the end of the
/// pipe, which comes also when we are killed, is KILL. So nothing of a container is ever left behind.
/// </summary>
internal sealed class ProcessContainer : IRunningContainer, ICommandExecution
{
    private const string Supervisor = """
        exec 3<&0 </dev/null
        setsid -- "$@" 3<&- &
        child=$!
        exec >/dev/null 2>&1
        { while read -r signal <&3; do kill -"$signal" -"$child"; done; kill -KILL -"$child"; } &
        watch=$!
        wait "$child"; code=$?
        kill -KILL -"$child" "$watch"
        exit "$code"
        """;

    private readonly Process _supervisor;
    private readonly ImmutableDictionary<string, string> _environment;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();

    private ProcessContainer(Process supervisor, ImmutableDictionary<string, string> environment, IContainerLog log, TimeProvider time)
    {
        _supervisor = supervisor;
        _environment = environment;
        _time = time;
        Completion = RunAsync(log);
    }

    public Task<int> Completion { get; }

    /// <summary>Throws <see cref="ContainerStartException"/> when there is no such program.</summary>
    public static ProcessContainer Start(
        ImmutableArray<string> command, ImmutableDictionary<string, string> environment, string folder, IContainerLog log, TimeProvider time)
    {
        var program = ProgramPath.Find(command[0], environment.GetValueOrDefault("PATH", ""), folder)
            ?? throw new ContainerStartException($"exec: \"{command[0]}\": executable file not found on this machine");
        var start = StartOf("/bin/sh", ["-c", Supervisor, "weft", program, .. command.AsSpan()[1..]], environment, folder);
        start.RedirectStandardInput = true;
        return new ProcessContainer(Process.Start(start)!, environment, log, time); // Null only when shell execution is used.
    }

    public async Task StopAsync(TimeSpan grace)
    {
        Signal("TERM");
        try
        {
            await Completion.WaitAsync(grace, _time);
        }
        catch (TimeoutException)
        {
            CloseControl();
            await Completion;
        }
    }

    public async Task<int> ExecuteAsync(IReadOnlyList<string> command, CommandStreams streams, CancellationToken cancellationToken)
    {
        var program = ProgramPath.Find(command[0], _environment.GetValueOrDefault("PATH", ""), _supervisor.StartInfo.WorkingDirectory);
        if (program is null)
        {
            await streams.Error.WriteAsync(Encoding.UTF8.GetBytes($"exec: \"{command[0]}\": executable file not found in $PATH\n"), cancellationToken);
            return 127;
        }

        var start = StartOf(program, command.Skip(1), _environment, _supervisor.StartInfo.WorkingDirectory);
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!; // As above.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var input = TypeAsync(streams.Input, process.StandardInput, ended.Token);
        try
        {
            // Output that nobody reads would block the command when its pipe is full.
            var output = Task.WhenAll(
                process.StandardOutput.BaseStream.CopyToAsync(streams.Output, cancellationToken), process.StandardError.BaseStream.CopyToAsync(streams.Error, cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            await output;
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await ended.CancelAsync();
            await input;
        }
    }

    public async ValueTask DisposeAsync()
    {
        CloseControl();
        await Completion;
        _supervisor.Dispose();
    }

    private static ProcessStartInfo StartOf(string program, IEnumerable<string> arguments, ImmutableDictionary<string, string> environment, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Passes on what is typed until it ends, or the program does.</summary>
    private static async Task TypeAsync(Stream typed, StreamWriter input, CancellationToken ended)
    {
        try
        {
            await typed.CopyToAsync(input.BaseStream, ended);
            input.Close();
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The program reads no more.
        }
    }

    private async Task<int> RunAsync(IContainerLog log)
    {
        var output = CopyAsync(_supervisor.StandardOutput, ContainerStream.Stdout, log);
        var errors = CopyAsync(_supervisor.StandardError, ContainerStream.Stderr, log);
        await _supervisor.WaitForExitAsync();
        await Task.WhenAll(output, errors);
        return _supervisor.ExitCode;
    }

    private static async Task CopyAsync(StreamReader from, ContainerStream stream, IContainerLog log)
    {
        while (await from.ReadLineAsync() is { } line)
            log.Write(stream, line);
    }

    private void Signal(string name)
    {
        lock (_gate)
        {
            try
            {
                _supervisor.StandardInput.WriteLine(name);
                _supervisor.StandardInput.Flush();
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // It has ended by itself.
            }
        }
    }

    private void CloseControl()
    {
        lock (_gate)
        {
            try
            {
                _supervisor.StandardInput.Close();
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException)
            {
                // It has ended by itself.
            }
        }
    }
}
