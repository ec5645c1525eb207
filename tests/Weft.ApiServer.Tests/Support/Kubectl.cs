using System.Diagnostics;

namespace Weft.ApiServer.Support;

internal sealed record KubectlResult(int ExitCode, string Output, string Error);

/// <summary>The unmodified kubectl on PATH, with a home and cache of its own.</summary>
internal sealed class Kubectl(RunningServer server) : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("weft-kubectl-");

    public async Task<KubectlResult> RunAsync(string arguments, string? input = null)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in Split(arguments)) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = server.Host.KubeconfigPath;
        start.Environment["HOME"] = _home.FullName;
        start.Environment["KUBECACHEDIR"] = Path.Combine(_home.FullName, "cache");
        using var process = Process.Start(start)!;
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new KubectlResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs and expects success; returns what was printed.</summary>
    public async Task<string> OkAsync(string arguments, string? input = null)
    {
        var result = await RunAsync(arguments, input);
        Assert.True(result.ExitCode == 0, $"kubectl {arguments}: exit {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result.Output;
    }

    public string File(string name, string content)
    {
        var path = Path.Combine(_home.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => _home.Delete(recursive: true);

    /// <summary>Words, with 'quoted parts' kept together.</summary>
    private static IEnumerable<string> Split(string arguments)
    {
        var word = new System.Text.StringBuilder();
        var quoted = false;
        foreach (var c in arguments)
        {
            if (c == '\'') quoted = !quoted;
            else if (c == ' ' && !quoted)
            {
                if (word.Length > 0) yield return word.ToString();
                word.Clear();
            }
            else word.Append(c);
        }

        if (word.Length > 0) yield return word.ToString();
    }
}
