using System.Diagnostics;

namespace Weft.Runtime.Support;

/// <summary>The unmodified kubectl on PATH.</summary>
internal static class Kubectl
{
    /// <summary>Runs and expects success; returns what was printed.</summary>
    public static async Task<string> OkAsync(TestCluster cluster, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", cluster.Kubeconfig, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = cluster.Folder;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: exit {process.ExitCode}\n{await output}\n{await errors}");
        return await output;
    }
}
