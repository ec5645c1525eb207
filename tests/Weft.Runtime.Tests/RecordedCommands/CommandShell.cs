using System.Diagnostics;
using System.Text;
using Weft.Runtime.Support;

namespace Weft.Runtime.RecordedCommands;

internal sealed record CommandOutput(string ExitCode, string Stdout, string Stderr);

/// <summary>Runs recorded command lines with the unmodified kubectl in a folder of their own, as administrator or as `viewer`, in the namespace `shop`.</summary>
internal sealed class CommandShell(TestCluster cluster)
{
    private const string Interrupted = "stopped with SIGINT";
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(cluster.Folder, "shell")).FullName;

    public async Task PrepareAsync()
    {
        File.Copy(cluster.Kubeconfig, Path.Combine(cluster.Folder, "admin"));
        await RunAsync("kubectl config set-context --current --namespace=shop", viewer: false, null);
        var admin = await File.ReadAllTextAsync(Path.Combine(cluster.Folder, "admin"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "viewer"), admin.Replace("  user:\n", "  user:\n    as: viewer\n    as-groups: [viewers, 'system:authenticated']\n", StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }

    public async Task<CommandOutput> RunAsync(RecordedCommand command)
    {
        foreach (var (name, content) in command.Files)
        {
            var file = Path.Combine(_folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
            if (name.EndsWith(".sh", StringComparison.Ordinal))
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return command.Meanwhile.IsEmpty ? await RunAsync(command.Command, command.Viewer, command.Stdin) : await WatchAsync(command);
    }

    private async Task<CommandOutput> RunAsync(string line, bool viewer, string? input)
    {
        using var process = Process.Start(Bash(line, viewer))!;
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandOutput(process.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture), await output, await errors);
    }

    /// <summary>The changes begin when the watch is answered; the command is interrupted when it has printed as much as the recorded one did.</summary>
    private async Task<CommandOutput> WatchAsync(RecordedCommand command)
    {
        using var process = Process.Start(Bash($"exec {command.Command} -v=6", command.Viewer))!;
        process.StandardInput.Close();
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } log && !log.Contains("watch=true", StringComparison.Ordinal)) ;
        var rest = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        foreach (var change in command.Meanwhile)
            await RunAsync(change, viewer: false, null);
        var output = new StringBuilder();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            for (var wanted = command.Stdout.Split('\n').Count(l => l.Length > 0 && !l.Contains("openshift", StringComparison.Ordinal)); wanted > 0; wanted--)
                output.Append(await process.StandardOutput.ReadLineAsync(patience.Token)).Append('\n');
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // Fewer lines came: the comparison shows which.
        }

        process.Kill();
        await rest;
        return new CommandOutput(Interrupted, output.ToString(), "");
    }

    private ProcessStartInfo Bash(string line, bool viewer)
    {
        var start = new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.Environment["HOME"] = cluster.Folder;
        start.Environment["KUBECONFIG"] = Path.Combine(cluster.Folder, viewer ? "viewer" : "admin");
        if (!line.Contains("KUBE_EDITOR", StringComparison.Ordinal))
            start.Environment["KUBE_EDITOR"] = "./editor.sh";
        return start;
    }
}
