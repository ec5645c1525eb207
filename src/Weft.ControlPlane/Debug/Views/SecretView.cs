using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>The certificates that a proxy holds, as <c>istioctl proxy-config secret</c> shows them.</summary>
public static class SecretView
{
    private const string None = "No active or warming secrets found.\n";

    private static readonly string[] s_header = ["RESOURCE NAME", "TYPE", "STATUS", "VALID CERT", "SERIAL NUMBER", "NOT AFTER", "NOT BEFORE"];

    public static string Table(EnvoyDump dump, DateTimeOffset now)
    {
        var part = dump.Part("SecretsConfigDump");
        var rows = EnvoyDump.Items(part, "dynamicActiveSecrets").Select(entry => Row(entry, "ACTIVE", now))
            .Concat(EnvoyDump.Items(part, "dynamicWarmingSecrets").Select(entry => Row(entry, "WARMING", now))).ToList();
        return rows.Count == 0 ? None : TextTable.Write(s_header, rows);
    }

    public static string Json(EnvoyDump dump) => EnvoyDump.Indented(dump.Part("SecretsConfigDump")?.DeepClone() ?? new JsonObject());

    private static string[] Row(JsonObject entry, string status, DateTimeOffset now)
    {
        var secret = EnvoyDump.Object(entry, "secret");
        var isRoots = EnvoyDump.Object(secret, "validationContext") is not null;
        var source = isRoots ? EnvoyDump.Object(secret, "validationContext", "trustedCa") : EnvoyDump.Object(secret, "tlsCertificate", "certificateChain");
        using var certificate = Read(source);
        return
        [
            EnvoyDump.Text(entry, "name"),
            isRoots ? "CA" : "Cert Chain",
            status,
            certificate is not null && certificate.NotBefore.ToUniversalTime() <= now.UtcDateTime && now.UtcDateTime < certificate.NotAfter.ToUniversalTime() ? "true" : "false",
            certificate?.SerialNumber.ToLowerInvariant().TrimStart('0') ?? "",
            Time(certificate?.NotAfter),
            Time(certificate?.NotBefore),
        ];
    }

    private static X509Certificate2? Read(JsonObject? source)
    {
        try
        {
            var pem = EnvoyDump.Text(source, "inlineString") is { Length: > 0 } text ? text : System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(EnvoyDump.Text(source, "inlineBytes")));
            return pem.Length == 0 ? null : X509Certificate2.CreateFromPem(pem);
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static string Time(DateTime? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
