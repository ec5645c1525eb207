using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Proxy.Tls;

/// <summary>
/// The secrets of a proxy by the names that configuration uses for them: the workload's own, those that the control plane serves (SDS), and files.
/// Read at the start of each handshake, so that a renewal touches no connection. Safe for any thread.
/// </summary>
/// <param name="extraRoots">Trusted besides the system's roots.</param>
internal sealed class SecretStore(X509Certificate2Collection extraRoots)
{
    private readonly ConcurrentDictionary<string, CertificateModel> _certificates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TrustedRoots> _roots = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FileSecret> _files = new(StringComparer.Ordinal);
    private readonly Lazy<TrustedRoots> _system = new(() => SystemRoots(extraRoots));
    private readonly TaskCompletionSource _obtained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkloadCertificate? _current;

    /// <summary>The workload's certificate; null until the CA has answered for the first time.</summary>
    public WorkloadCertificate? Current => Volatile.Read(ref _current);

    /// <summary>What the control plane serves, in order of names.</summary>
    public IEnumerable<(string Name, CertificateModel Certificate)> ServedCertificates => _certificates.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value));

    /// <summary>Roots that the control plane serves, in order of names.</summary>
    public IEnumerable<(string Name, TrustedRoots Roots)> ServedRoots => _roots.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value));

    /// <summary>Completes when there is a workload certificate for the first time.</summary>
    public Task Obtained => _obtained.Task;

    public void Replace(WorkloadCertificate certificate)
    {
        Volatile.Write(ref _current, certificate);
        _obtained.TrySetResult();
    }

    public void Replace(string name, CertificateModel certificate) => _certificates[name] = certificate;

    public void Replace(string name, TrustedRoots roots) => _roots[name] = roots;

    /// <summary>Forgets what no configuration names any more.</summary>
    public void Keep(IReadOnlySet<string> names)
    {
        foreach (var gone in _certificates.Keys.Concat(_roots.Keys).Where(name => !names.Contains(name)))
        {
            _certificates.TryRemove(gone, out _);
            _roots.TryRemove(gone, out _);
        }
    }

    /// <returns>Null as long as there is none.</returns>
    public CertificateModel? Certificate(string name)
    {
        if (name == SecretNames.Certificate)
        {
            return Current?.Certificate;
        }

        return SecretNames.CertificateFiles(name) is var (chain, key)
            ? File(name, chain, key).Read((chainPem, keyPem) => CertificateModel.FromPem(chainPem, keyPem)) as CertificateModel
            : _certificates.GetValueOrDefault(name);
    }

    /// <returns>Null as long as there are none.</returns>
    public TrustedRoots? Roots(string name) => name switch
    {
        SecretNames.Roots => Current?.Roots,
        SecretNames.SystemRoots => _system.Value,
        _ when SecretNames.RootFile(name) is { } path => File(name, path, path).Read((pem, _) => TrustedRoots.FromPem(pem)) as TrustedRoots,
        _ => _roots.GetValueOrDefault(name),
    };

    private FileSecret File(string name, string first, string second) => _files.GetOrAdd(name, static (_, paths) => new FileSecret(paths.first, paths.second), (first, second));

    private static TrustedRoots SystemRoots(X509Certificate2Collection extraRoots)
    {
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        return new TrustedRoots([.. store.Certificates, .. extraRoots], "");
    }

    /// <summary>What stands in one or two files, read again when they change; the last good content outlives a bad one.</summary>
    private sealed class FileSecret(string first, string second)
    {
        private readonly Lock _lock = new();
        private (DateTime First, DateTime Second) _read;
        private object? _content;

        public object? Read(Func<string, string, object> parse)
        {
            lock (_lock)
            {
                var changed = (System.IO.File.GetLastWriteTimeUtc(first), System.IO.File.GetLastWriteTimeUtc(second));
                if (changed == _read)
                {
                    return _content;
                }

                try
                {
                    _content = parse(System.IO.File.ReadAllText(first), System.IO.File.ReadAllText(second));
                    _read = changed;
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
                {
                    // Half written, or not there (any more): the next handshake looks again.
                }

                return _content;
            }
        }
    }
}

/// <summary>The names of secrets in Istio's configuration.</summary>
internal static class SecretNames
{
    /// <summary>The workload's certificate.</summary>
    public const string Certificate = "default";

    /// <summary>The roots of the mesh.</summary>
    public const string Roots = "ROOTCA";

    public const string SystemRoots = "file-root:system";

    private const string FileRoots = "file-root:";
    private const string FileCertificate = "file-cert:";

    /// <summary>Whether the control plane is to be asked for it.</summary>
    public static bool IsServed(string name) =>
        name is not (Certificate or Roots) && !name.StartsWith(FileRoots, StringComparison.Ordinal) && !name.StartsWith(FileCertificate, StringComparison.Ordinal);

    /// <summary>The paths in <c>file-cert:CHAIN~KEY</c>; null for another form.</summary>
    public static (string Chain, string Key)? CertificateFiles(string name) =>
        name.StartsWith(FileCertificate, StringComparison.Ordinal) && name[FileCertificate.Length..].Split('~') is [var chain, var key] ? (chain, key) : null;

    /// <summary>The path in <c>file-root:PATH</c>; null for another form.</summary>
    public static string? RootFile(string name) =>
        name.StartsWith(FileRoots, StringComparison.Ordinal) && name != SystemRoots ? name[FileRoots.Length..] : null;
}
