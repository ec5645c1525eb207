using System.Diagnostics;
using System.Globalization;
using Weft.ControlPlane.Fakes;

namespace Weft.ControlPlane.Distribution;

/// <summary>xDS clients that are not ours resolve a service of the mesh against the control plane and reach it.</summary>
public sealed class ForeignClientTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "foreign");

    [Fact]
    public async Task Grpc_js_reaches_a_service_of_the_mesh()
    {
        await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], TestContext.Current.CancellationToken);
        Assert.Equal("echo hello", await CallThroughMeshAsync("node", "client.cjs"));
    }

    [Fact]
    public async Task Grpc_core_of_debians_python_reaches_a_service_of_the_mesh() =>
        Assert.Equal("echo hello", await CallThroughMeshAsync("/usr/bin/python3", "client.py"));

    private static async Task<string?> CallThroughMeshAsync(string program, string script)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        using var process = Start(program, [script]);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var port = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException(await errors);
            mesh.AddService("travel-agency", "travels", "grpc", 8000, "127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture));
            await process.StandardInput.WriteLineAsync($"{mesh.Plaintext} xds:///travels.travel-agency.svc.cluster.local:8000");
            return await process.StandardOutput.ReadLineAsync(cancellationToken) ?? await errors;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"{program}: {await output}{await errors}");
    }

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
