"""The table of facts: name, Spanish name, kind, ground, and the codes of a closed list.

A row's first word up to the point is the thing that it belongs to. Kinds are those of `units.Kind`, grounds
those of `schema.Ground`. Facts that compare two times (`itinerary.booked_before`, `document.days_left`) are
worked out once, when facts are read: "hours between" means another thing in every database (borders.md 3).
"""

from typing import Final

SETS_TABLE: Final = """
document  documents  documento   documentos
bag       bags       maleta      maletas
seat      seats      asiento     asientos
payment   payments   pago        pagos
companion companions acompañante acompañantes
segment   segments   tramo       tramos
contact   contacts   contacto    contactos
"""

TABLE: Final = """
traveller.role viajero.papel text free PASSENGER CREW TRANSIT_PASSENGER TRANSIT_CREW
traveller.age viajero.edad age free
traveller.journeys viajero.viajes count free
traveller.journeys_year viajero.viajes_año count free
traveller.frequent_flyer viajero.frecuente flag free
traveller.bags_declared viajero.maletas_declaradas count free
traveller.bags_weight viajero.peso_maletas mass free
traveller.visa viajero.visa flag free
traveller.unaccompanied_minor viajero.menor_solo flag free
traveller.nationality viajero.nacionalidad text country
traveller.other_nationality viajero.otra_nacionalidad text country
traveller.residence viajero.residencia text country
traveller.surname viajero.apellido text listed_proxy
traveller.given_names viajero.nombres text listed_proxy
traveller.title viajero.tratamiento text listed_proxy
traveller.birthplace viajero.lugar_nacimiento text listed_proxy
traveller.language viajero.idioma text listed_proxy
traveller.meal viajero.comida text listed_proxy
traveller.special_service viajero.servicio_especial text listed_proxy
traveller.remarks viajero.observaciones text listed_proxy
traveller.sex viajero.sexo text protected_trait
traveller.race viajero.raza text protected_trait
traveller.ethnicity viajero.etnia text protected_trait
traveller.religion viajero.religión text protected_trait
traveller.political_opinion viajero.opinión_política text protected_trait
traveller.union viajero.sindicato text protected_trait
traveller.health viajero.salud text protected_trait
traveller.disability viajero.discapacidad text protected_trait
traveller.sexual_orientation viajero.orientación_sexual text protected_trait
flight.carrier vuelo.aerolínea text free
flight.number vuelo.número text free
flight.origin vuelo.origen text free
flight.destination vuelo.destino text free
flight.codeshare vuelo.código_compartido flag free
flight.departure_utc vuelo.salida_utc moment_utc free
flight.departure_local vuelo.salida_local moment_local free
flight.departure_time vuelo.hora_salida time_of_day free
flight.arrival_utc vuelo.llegada_utc moment_utc free
flight.arrival_local vuelo.llegada_local moment_local free
flight.arrival_time vuelo.hora_llegada time_of_day free
flight.duration vuelo.duración duration free
itinerary.origin itinerario.origen text free
itinerary.destination itinerario.destino text free
itinerary.origin_country itinerario.país_origen text country
itinerary.destination_country itinerario.país_destino text country
itinerary.segments itinerario.tramos count free
itinerary.travellers itinerario.viajeros count free
itinerary.one_way itinerario.solo_ida flag free
itinerary.trip itinerario.recorrido text free ONE_WAY RETURN OPEN_JAW BROKEN
itinerary.transit_longest itinerario.tránsito_mayor duration free
itinerary.transit_total itinerario.tránsito_total duration free
itinerary.booked_on itinerario.reservado_el day free
itinerary.booked_before itinerario.antelación duration free
itinerary.checked_in_before itinerario.antelación_registro duration free
itinerary.stay itinerario.estadía duration free
itinerary.changes itinerario.cambios count free
itinerary.split itinerario.dividida flag free
itinerary.fare itinerario.tarifa money free
agency.code agencia.código text free
agency.city agencia.ciudad text free
agency.bookings_week agencia.reservas_semana count free
document.type documento.tipo text free
document.number documento.número text free
document.issuer documento.emisor text country
document.expires documento.caduca day free
document.days_left documento.vigencia duration free
document.reported_lost documento.extraviado flag free
document.check_failed documento.control_fallido flag free
bag.weight maleta.peso mass free
bag.tag maleta.etiqueta text free
bag.pooled maleta.compartida flag free
bag.pool_owner maleta.titular flag free
bag.destination maleta.destino text free
bag.tagged_before maleta.antelación duration free
seat.number asiento.número text free
seat.changes asiento.cambios count free
payment.method pago.forma text free CASH CARD TRANSFER VOUCHER MILES OTHER
payment.amount pago.monto money free
payment.card_uses pago.usos_tarjeta count free
payment.paid_on pago.fecha day free
companion.age acompañante.edad age free
companion.nationality acompañante.nacionalidad text country
companion.same_booking acompañante.misma_reserva flag free
companion.same_payment acompañante.mismo_pago flag free
companion.journeys_shared acompañante.viajes_juntos count free
companion.bags acompañante.maletas count free
companion.seated_beside acompañante.asiento_contiguo flag free
segment.carrier tramo.aerolínea text free
segment.origin tramo.origen text free
segment.destination tramo.destino text free
segment.departure_utc tramo.salida_utc moment_utc free
segment.departure_local tramo.salida_local moment_local free
segment.departure_time tramo.hora_salida time_of_day free
segment.wait tramo.espera duration free
segment.status tramo.estado text free
contact.kind contacto.clase text free PHONE EMAIL ADDRESS
contact.shared_with contacto.compartido_con count free
contact.changed contacto.cambiado flag free
"""
