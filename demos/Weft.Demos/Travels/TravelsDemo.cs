using Weft.Demos.Hosting;
using Weft.Demos.MySql;
using Weft.Demos.Travels.Agency;
using Weft.Demos.Travels.Control;
using Weft.Demos.Travels.Database;
using Weft.Demos.Travels.LoadTester;
using Weft.Demos.Travels.Portal;

namespace Weft.Demos.Travels;

/// <summary>Kiali's Travels demo, re-implemented: image repositories and what runs for them.</summary>
internal static class TravelsDemo
{
    public static IReadOnlyDictionary<string, Func<IDemoWorkload>> Images { get; } = new Dictionary<string, Func<IDemoWorkload>>
    {
        ["quay.io/kiali/demo_travels_control"] = static () => new ControlService(),
        ["quay.io/kiali/demo_travels_portal"] = static () => new PortalService(),
        ["quay.io/kiali/demo_travels_loadtester"] = static () => new LoadTesterService(),
        ["quay.io/kiali/demo_travels_travels"] = static () => new TravelsService(),
        ["quay.io/kiali/demo_travels_hotels"] = static () => new OfferService(OfferKind.Hotels),
        ["quay.io/kiali/demo_travels_flights"] = static () => new OfferService(OfferKind.Flights),
        ["quay.io/kiali/demo_travels_cars"] = static () => new OfferService(OfferKind.Cars),
        ["quay.io/kiali/demo_travels_insurances"] = static () => new OfferService(OfferKind.Insurances),
        ["quay.io/kiali/demo_travels_discounts"] = static () => new DiscountsService(),
        ["quay.io/kiali/demo_travels_mysqldb"] = static () => new MySqlServer(TravelsQueries.Execute),
    };
}
