using System.Collections.Frozen;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>How a gateway or a sidecar's ingress terminates TLS (ServerTLSSettings).</summary>
internal static class ServerTlsRules
{
    private static readonly FrozenSet<string> s_ciphers = FrozenSet.ToFrozenSet(
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA", "AES128-GCM-SHA256",
        "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA",
    ]);

    /// <summary>What ISTIO_MUTUAL brings by itself.</summary>
    private static readonly (string Field, string Name)[] s_ownCertificates =
    [
        ("serverCertificate", "server certificate"), ("privateKey", "private key"), ("caCertificates", "CA bundle"), ("tlsCertificates", "tlsCertificates"),
        ("credentialName", "credentialName"), ("credentialNames", "credentialNames"),
    ];

    public static Findings Check(Spec tls)
    {
        var findings = new Findings();
        if (!tls.Exists)
        {
            return findings;
        }

        CheckCiphers(tls, findings);
        var mode = tls.Text("mode") is { Length: > 0 } given ? given : "PASSTHROUGH";
        if (mode == "ISTIO_MUTUAL")
        {
            foreach (var (field, name) in s_ownCertificates)
            {
                findings.ErrorIf(IsSet(tls, field), $"ISTIO_MUTUAL TLS cannot have associated {name}");
            }

            return findings;
        }

        if (mode is "PASSTHROUGH" or "AUTO_PASSTHROUGH" && (IsSet(tls, "caCrl") || s_ownCertificates.Any(each => IsSet(tls, each.Field))))
        {
            findings.Warning($"{mode} mode does not use certificates, they will be ignored");
        }

        CheckSources(tls, findings);
        if (mode is "SIMPLE" or "MUTUAL" or "OPTIONAL_MUTUAL" && !IsSet(tls, "credentialName") && !IsSet(tls, "credentialNames"))
        {
            CheckFiles(tls, isMutual: mode != "SIMPLE", findings);
        }
        else if (mode is "SIMPLE" or "MUTUAL" or "OPTIONAL_MUTUAL")
        {
            return findings;
        }

        if (IsSet(tls, "caCrl"))
        {
            findings.ErrorIf(IsSet(tls, "credentialName"), "CRL is not supported with credentialName. CRL has to be specified in the credential");
            findings.ErrorIf(mode == "SIMPLE", "CRL is not supported with SIMPLE TLS");
        }

        return findings;
    }

    private static void CheckCiphers(Spec tls, Findings findings)
    {
        var ciphers = tls.Texts("cipherSuites");
        if (tls.Text("minProtocolVersion") is "TLSV1_0" or "TLSV1_1" && ciphers.Count == 0)
        {
            findings.Warning("TLS version below TLSV1_2 require setting compatible ciphers as by default they no longer include compatible ciphers.");
        }

        WarnOf("invalid", ciphers.Where(cipher => !IsCipher(cipher)), findings);
        WarnOf("duplicate", ciphers.Where(IsCipher).GroupBy(cipher => cipher).Where(group => group.Count() > 1).Select(group => group.Key), findings);
    }

    private static void WarnOf(string kind, IEnumerable<string> ciphers, Findings findings)
    {
        var sorted = ciphers.Distinct().Order(StringComparer.Ordinal).ToList();
        if (sorted.Count > 0)
        {
            findings.Warning($"ignoring {kind} cipher suites: {GoText.List(sorted)}");
        }
    }

    /// <summary>A suite, or an expression of BoringSSL over suites, which begins with an operator.</summary>
    private static bool IsCipher(string cipher) => cipher is "" or "ALL" || !char.IsLetterOrDigit(cipher[0]) || s_ciphers.Contains(cipher);

    private static void CheckSources(Spec tls, Findings findings)
    {
        bool[] sources =
        [
            IsSet(tls, "serverCertificate") && IsSet(tls, "privateKey"), IsSet(tls, "credentialName"), IsSet(tls, "credentialNames"), IsSet(tls, "tlsCertificates"),
        ];
        findings.ErrorIf(
            sources.Count(source => source) > 1, "only one of credential_name, credential_names, server_certificate/private_key, tls_certificates should be specified");
    }

    private static void CheckFiles(Spec tls, bool isMutual, Findings findings)
    {
        var name = isMutual ? "MUTUAL TLS" : "SIMPLE TLS";
        findings.ErrorIf(isMutual && !IsSet(tls, "caCertificates"), $"{name} requires a client CA bundle");
        var certificates = tls.Messages("tlsCertificates");
        if (certificates.Count > 2)
        {
            findings.Warning($"{name} can support up to 2 server certificates");
        }

        foreach (var certificate in certificates.Count > 0 ? certificates : [tls])
        {
            findings.ErrorIf(!IsSet(certificate, "serverCertificate"), $"{name} requires a server certificate");
            findings.ErrorIf(!IsSet(certificate, "privateKey"), $"{name} requires a private key");
        }
    }

    private static bool IsSet(Spec tls, string field) => tls.Text(field).Length > 0 || tls.Messages(field).Count > 0;
}
