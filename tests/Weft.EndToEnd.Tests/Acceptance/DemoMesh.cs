namespace Weft.EndToEnd.Acceptance;

/// <summary>
/// One mesh with every demo and all versions of Travels, for the rows of the acceptance list that configure it. A test applies its manifests, looks at real traffic,
/// and takes its manifests back.
/// </summary>
public sealed class DemoMesh : IAsyncLifetime
{
    private const int PortOffset = 5000;

    private static readonly string DemoFolder = Path.Combine(WeftProcess.Repository, "demos/Weft.Demos");

    private readonly string _state = Directory.CreateTempSubdirectory("weft-demos-").FullName;

    public WeftProcess Weft { get; private set; } = null!;

    /// <summary>The ingress gateway's HTTP port on 127.0.0.1.</summary>
    public Uri Ingress { get; } = new($"http://127.0.0.1:{8080 + PortOffset}/");

    public async ValueTask InitializeAsync()
    {
        Weft = await WeftProcess.StartAsync(_state, PortOffset, CancellationToken.None, "all");
        string[] later = ["travels-v2.yaml", "travels-v3.yaml", "mysql-v2.yaml", "mysql-v3.yaml"];
        await KubectlAsync(["apply", .. later.SelectMany(file => (string[])["-f", Path.Combine(DemoFolder, "Travels/manifests-later", file)])]);
        await KubectlAsync("wait", "deployment", "--all", "-A", "--for=condition=Available", "--timeout=90s");
    }

    public async ValueTask DisposeAsync()
    {
        await Weft.DisposeAsync();
        Directory.Delete(_state, recursive: true);
    }

    public async Task<string> KubectlAsync(params string[] arguments) =>
        (await Shell.KubectlAsync(Weft, TestContext.Current.CancellationToken, arguments)).Succeeded();

    /// <summary>Applies a demo's own manifest, by its path below <c>demos/Weft.Demos</c>; a folder with all in it.</summary>
    public Task<IAsyncDisposable> ApplyDemoAsync(params string[] paths) =>
        ApplyAsync([.. paths.Select(path => Path.Combine(DemoFolder, path))]);

    /// <summary>Applies a demo's manifest that names no namespace.</summary>
    public Task<IAsyncDisposable> ApplyDemoInAsync(string @namespace, string path) => ApplyAsync([Path.Combine(DemoFolder, path)], "-n", @namespace);

    /// <summary>Applies a row's manifest: a file of the folder <c>Acceptance/manifests</c>.</summary>
    public Task<IAsyncDisposable> ApplyRowAsync(params string[] names) =>
        ApplyAsync([.. names.Select(name => Path.Combine(WeftProcess.Repository, "tests/Weft.EndToEnd.Tests/Acceptance/manifests", name))]);

    /// <summary>Applies YAML.</summary>
    public async Task<IAsyncDisposable> ApplyTextAsync(string yaml)
    {
        (await Shell.KubectlWithInputAsync(Weft, yaml, TestContext.Current.CancellationToken, "apply", "-f", "-")).Succeeded();
        return new AppliedText(this, yaml);
    }

    /// <summary>A pod of an application, seen from beside its proxy; not one that is on its way out.</summary>
    public async Task<MeshPod> PodAsync(string @namespace, string selector)
    {
        var found = await Eventually.Async(
            () => KubectlAsync(
                "get", "pods", "-n", @namespace, "-l", selector, "--field-selector=status.phase=Running", "-o",
                "go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}} {{.status.podIP}}{{\"\\n\"}}{{end}}{{end}}"),
            text => text.Split('\n')[0].Split(' ') is [{ Length: > 0 }, { Length: > 0 }],
            TestContext.Current.CancellationToken);
        var parts = found.Split('\n')[0].Split(' ');
        return new MeshPod(@namespace, parts[0], parts[1]);
    }

    private async Task<IAsyncDisposable> ApplyAsync(string[] files, params string[] more)
    {
        string[] arguments = [.. more, .. files.SelectMany(file => (string[])["-f", file])];
        await KubectlAsync(["apply", .. arguments]);
        await KubectlAsync("wait", "deployment", "--all", "-A", "--for=condition=Available", "--timeout=90s");
        return new Applied(this, arguments);
    }

    private sealed class AppliedText(DemoMesh mesh, string yaml) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() =>
            (await Shell.KubectlWithInputAsync(mesh.Weft, yaml, TestContext.Current.CancellationToken, "delete", "--ignore-not-found", "-f", "-")).Succeeded();
    }

    private sealed class Applied(DemoMesh mesh, string[] arguments) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await mesh.KubectlAsync(["delete", "--ignore-not-found", .. arguments]);
    }
}

[CollectionDefinition(Name)]
public sealed class DemoCollection : ICollectionFixture<DemoMesh>
{
    public const string Name = "demos";
}
