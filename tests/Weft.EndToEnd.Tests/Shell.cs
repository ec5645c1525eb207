using System.Diagnostics;

namespace Weft.EndToEnd;

/// <summary>Runs a foreign program to its end.</summary>
internal static class Shell
{
    public static Task<ShellResult> KubectlAsync(WeftProcess weft, CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync("kubectl", ["--kubeconfig", weft.Kubeconfig, "--cache-dir", Path.Combine(weft.State, "kubectl-cache"), .. arguments], null, cancellationToken);

    public static Task<ShellResult> KubectlWithInputAsync(WeftProcess weft, string input, CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync("kubectl", ["--kubeconfig", weft.Kubeconfig, "--cache-dir", Path.Combine(weft.State, "kubectl-cache"), .. arguments], input, cancellationToken);

    public static async Task<ShellResult> RunAsync(string program, string[] arguments, string? input, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return new ShellResult(process.ExitCode, await output, await error);
    }
}

internal sealed record ShellResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output of a program that must succeed.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}{Output}");
        return Output;
    }
}
