using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Weft.EndToEnd;

/// <summary>The product as its user starts it: the built program, a state folder and a port offset of its own.</summary>
public sealed partial class WeftProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WeftProcess(string state, int offset, string[] arguments)
    {
        State = state;
        Offset = offset;
        _process = new Process
        {
            // Whoever runs the tests in the background of a shell ignores Ctrl-C, and so would what they start.
            StartInfo = new ProcessStartInfo("env", ["--default-signal=INT", Program, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"weft ended before it was ready:\n{Output}"));
    }

    public static string Repository { get; } = FindRepository();

    public static string Program { get; } = Path.Combine(Repository, "artifacts/bin/Weft.Host/release/weft");

    public string State { get; }

    public int Offset { get; }

    public int ProcessId => _process.Id;

    public string Kubeconfig => Path.Combine(State, "kubeconfig");

    /// <summary>The console's address.</summary>
    public Uri Console => _ready.Task.Result;

    public Uri Prometheus => new($"http://127.0.0.1:{9090 + Offset}/");

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts Weft and waits until it says that it is ready.</summary>
    public static Task<WeftProcess> StartAsync(string state, int offset, CancellationToken cancellationToken, params string[] arguments) =>
        ReadyAsync(Launch(state, offset, UpArguments(state, offset, arguments)), cancellationToken);

    /// <summary>Starts <c>weft console</c> for the cluster of this mesh's kubeconfig, as for any other cluster.</summary>
    public Task<WeftProcess> StartConsoleAsync(CancellationToken cancellationToken, params string[] arguments) =>
        ReadyAsync(Launch(State, Offset, ["console", "--kubeconfig", Kubeconfig, .. arguments]), cancellationToken);

    private static string[] UpArguments(string state, int offset, string[] arguments) =>
        ["up", .. arguments, "--state", state, "--port-offset", offset.ToString(CultureInfo.InvariantCulture)];

    private static async Task<WeftProcess> ReadyAsync(WeftProcess weft, CancellationToken cancellationToken)
    {
        try
        {
            await weft._ready.Task.WaitAsync(TimeSpan.FromSeconds(90), cancellationToken);
            return weft;
        }
        catch
        {
            await weft.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts Weft where it should give up; the result is its exit code and all that it printed.</summary>
    public static Task<(int ExitCode, string Output)> FailAsync(string state, int offset, CancellationToken cancellationToken, params string[] arguments) =>
        FailAsync(Launch(state, offset, UpArguments(state, offset, arguments)), cancellationToken);

    /// <summary>Starts any command where it should give up.</summary>
    public static Task<(int ExitCode, string Output)> FailAsync(string[] arguments, CancellationToken cancellationToken) => FailAsync(Launch("", 0, arguments), cancellationToken);

    private static async Task<(int ExitCode, string Output)> FailAsync(WeftProcess started, CancellationToken cancellationToken)
    {
        await using var weft = started;
        _ = weft._ready.Task.Exception;
        await weft._process.WaitForExitAsync(cancellationToken);
        return (weft._process.ExitCode, weft.Output);
    }

    /// <summary>Ctrl-C; the result is the exit code.</summary>
    public async Task<int> InterruptAsync(CancellationToken cancellationToken)
    {
        SendInterrupt();
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            SendInterrupt();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private static WeftProcess Launch(string state, int offset, string[] arguments)
    {
        var weft = new WeftProcess(state, offset, arguments);
        weft._process.Start();
        weft._process.BeginOutputReadLine();
        weft._process.BeginErrorReadLine();
        return weft;
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (ReadyLine().Match(line) is { Success: true } ready)
        {
            _ready.TrySetResult(new Uri(ready.Groups[1].Value));
        }
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Weft.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^ready: (http://\S+)")]
    private static partial Regex ReadyLine();

    /// <summary>Ctrl-C, as a terminal sends it.</summary>
    private void SendInterrupt()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
