using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Client;

/// <summary>
/// The <c>exec</c> login of a kubeconfig's user (client.authentication.k8s.io ExecCredential): a program prints a token, which is kept until it expires.
/// Programs that print a client certificate instead, and those that must ask a person, are refused.
/// </summary>
internal sealed class ExecLogin
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(60);

    // A token that ends while its request is on the way is of no use; one without an end is asked for again now and then.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeptWithoutEnd = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly JsonObject _exec;
    private readonly JsonObject _cluster;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private Task<(string Token, DateTimeOffset End)>? _login;

    /// <param name="exec">The user's <c>exec</c>.</param>
    /// <param name="cluster">The cluster's entry, told to the program if <c>provideClusterInfo</c> says so.</param>
    /// <param name="folder">What a command with a slash is relative to.</param>
    /// <exception cref="KubeconfigException">The login lacks something, or needs a person.</exception>
    public ExecLogin(JsonObject exec, JsonObject cluster, string folder, TimeProvider time)
    {
        (_exec, _cluster, _folder, _time) = (exec, cluster, folder, time);
        _ = Required("command");
        if (!Required("apiVersion").StartsWith("client.authentication.k8s.io/", StringComparison.Ordinal))
        {
            throw new KubeconfigException($"exec: apiVersion \"{Required("apiVersion")}\" is not one of client.authentication.k8s.io");
        }

        if ((string?)exec["interactiveMode"] == "Always")
        {
            throw new KubeconfigException($"exec: {Required("command")} must ask a person (interactiveMode: Always); use a client certificate, a token or a tokenFile");
        }
    }

    /// <summary>The token; whoever comes while the program runs waits for the same run.</summary>
    /// <exception cref="KubeconfigException">The program gave none; the next call runs it again.</exception>
    public async ValueTask<string?> TokenAsync(CancellationToken cancellationToken)
    {
        Task<(string Token, DateTimeOffset End)> login;
        lock (_lock)
        {
            if (_login is null or { IsCompleted: true, IsCompletedSuccessfully: false } || (_login.IsCompleted && _time.GetUtcNow() >= _login.Result.End))
            {
                _login = RunAsync();
            }

            login = _login;
        }

        return (await login.WaitAsync(cancellationToken)).Token;
    }

    private async Task<(string Token, DateTimeOffset End)> RunAsync()
    {
        using var process = Start();
        using var limit = new CancellationTokenSource(RunLimit, _time);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? Read(await output) : throw Failed($"ended with exit code {process.ExitCode}: {Last(await errors)}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw Failed($"gave no answer in {RunLimit.TotalSeconds} s");
        }
    }

    private Process Start()
    {
        var command = Required("command");
        var start = new ProcessStartInfo(command.Contains('/', StringComparison.Ordinal) ? Path.Combine(_folder, command) : command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (_exec["args"] as JsonArray)?.OfType<JsonValue>() ?? [])
        {
            start.ArgumentList.Add(argument.ToString());
        }

        foreach (var variable in (_exec["env"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            start.Environment[variable["name"]?.ToString() ?? ""] = variable["value"]?.ToString();
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Information().ToJsonString();
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException or ArgumentException)
        {
            throw Failed($"cannot be started: {error.Message}. {_exec["installHint"]}".TrimEnd());
        }
    }

    private JsonObject Information()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (_exec["provideClusterInfo"] is JsonValue provide && provide.TryGetValue<bool>(out var wanted) && wanted)
        {
            spec["cluster"] = _cluster.DeepClone();
        }

        return new JsonObject { ["apiVersion"] = Required("apiVersion"), ["kind"] = "ExecCredential", ["spec"] = spec };
    }

    private (string Token, DateTimeOffset End) Read(string output)
    {
        JsonObject? status;
        try
        {
            status = JsonNode.Parse(output)?["status"] as JsonObject;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Failed("printed no ExecCredential");
        }

        if (status?["token"] is not JsonValue value || !value.TryGetValue<string>(out var token) || token.Length == 0)
        {
            throw Failed("printed an ExecCredential without status.token");
        }

        var end = (string?)status["expirationTimestamp"];
        return end is null ? (token, _time.GetUtcNow() + KeptWithoutEnd)
            : DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires) ? (token, expires - Early)
            : throw Failed($"printed an ExecCredential whose status.expirationTimestamp \"{end}\" is no time");
    }

    private string Required(string field) =>
        _exec[field] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : throw new KubeconfigException($"exec has no {field}");

    // What the program printed may be the token itself: only its errors are told.
    private KubeconfigException Failed(string what) => new($"exec: {Required("command")} {what}");

    private static string Last(string errors) => errors.Trim() is var text && text.Length > 500 ? text[^500..] : text;
}
