using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Distribution;

/// <summary>A gRPC library's xDS client in a process of its own, with the two versions of the service that it calls.</summary>
internal sealed class ForeignClient : IAsyncDisposable
{
    /// <summary>@grpc/grpc-js-xds.</summary>
    public const string Javascript = "client.cjs";

    /// <summary>gRPC's core, as Debian's python3-grpcio has it.</summary>
    public const string Python = "client.py";

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly string? _certificates;

    private ForeignClient(Process process, string? certificates)
    {
        _process = process;
        _certificates = certificates;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where both versions listen.</summary>
    public int Port { get; private set; }

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "foreign");

    /// <param name="certificates">A folder of <see cref="ForeignCertificates"/>: the versions want mutual TLS, and the client offers it.</param>
    public static async Task<ForeignClient> StartAsync(string script, string? certificates, CancellationToken cancellationToken)
    {
        if (script == Javascript && !Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            using var install = Start("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
            var (output, errors) = (install.StandardOutput.ReadToEndAsync(cancellationToken), install.StandardError.ReadToEndAsync(cancellationToken));
            await install.WaitForExitAsync(cancellationToken);
            Assert.True(install.ExitCode == 0, $"npm: {await output}{await errors}");
        }

        string[] arguments = certificates is null ? [script] : [script, certificates];
        var client = new ForeignClient(Start(script == Javascript ? "node" : "/usr/bin/python3", arguments), certificates);
        client.Port = int.Parse(await client.ReadAsync(cancellationToken), CultureInfo.InvariantCulture);
        return client;
    }

    public async Task DialAsync(string discovery, CancellationToken cancellationToken) =>
        await _process.StandardInput.WriteLineAsync($"{discovery} xds:///travels.travel-agency.svc.cluster.local:8000 {_certificates}".TrimEnd().AsMemory(), cancellationToken);

    /// <summary>Calls one after another; how often each answer came, the version's name or the error.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CallAsync(int calls, string? header, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync($"{calls} {header}".TrimEnd().AsMemory(), cancellationToken);
        return JsonNode.Parse(await ReadAsync(cancellationToken))!.AsObject().ToDictionary(answer => answer.Key, answer => (int)answer.Value!);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException(await _errors);

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
