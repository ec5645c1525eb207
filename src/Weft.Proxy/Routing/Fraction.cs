using Envoy.Type.V3;

namespace Weft.Proxy.Routing;

/// <summary>A share of requests: numerator per HUNDRED, TEN_THOUSAND or MILLION.</summary>
internal readonly record struct Fraction(uint Numerator, uint Denominator)
{
    /// <summary>Null is none at all.</summary>
    public static Fraction From(FractionalPercent? config) => config is null
        ? default
        : new Fraction(config.Numerator, config.Denominator switch
        {
            FractionalPercent.Types.DenominatorType.TenThousand => 10_000,
            FractionalPercent.Types.DenominatorType.Million => 1_000_000,
            _ => 100,
        });

    public bool IsNever => Numerator == 0;

    /// <param name="draw">Uniform in [0, 1).</param>
    public bool Includes(double draw) => draw * Denominator < Numerator;
}
