import type { Instant } from '@millrace/base'
import type { MaterialId } from '@millrace/materials/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import type { ColumnType, GeneratedAlways } from 'kysely'
import type { Assumption } from './assumption-rules.ts'
import type { Span } from './attainment-rules.ts'
import type {
  CalendarException,
  ExceptionId,
  GroupId,
  OperatorGroup,
  OrderId,
  OrderState,
  ProductId,
  SetupMatrix,
} from './contract.ts'
import type { AdviceId, AdviceResult, AdviceWish, SwitchOffId } from './energy-advice-contract.ts'
import type { MachinePower, SlotKind, SlotMinutes, TariffId, TariffStep } from './energy-contract.ts'
import type { ForecastMethod } from './forecast-contract.ts'
import type { PlacedOperation } from './plan-rules.ts'
import type { AbsenceId } from './reaction-contract.ts'
import type { ToolId, UnitCapacity } from './resource-contract.ts'
import type { Scenario, ScenarioChange, ScenarioId, ScenarioResult } from './scenario-contract.ts'
import type { PlanId, Proposal, ProposalId, Run, StartReason } from './schedule-contract.ts'

/** A jsonb column: read as the value, written as its text. */
type Json<T> = ColumnType<T, string, string>
type NullableJson<T> = ColumnType<T | null, string | null, string | null>

declare module '@millrace/db' {
  interface Database {
    'planning.product': {
      enterpriseId: GeneratedAlways<string>
      id: ProductId
      siteId: EquipmentId
      code: string
      name: string
      family: string
      materialId: MaterialId | null
    }
    'planning.routingStep': {
      enterpriseId: GeneratedAlways<string>
      productId: ProductId
      position: number
      name: string
      setupFamily: string
      splittable: boolean
      operatorSkill: string | null
      operatorCount: number | null
      operatorTime: 'whole' | 'setup' | null
      chargeMinutes: number | null
      loadPerPiece: number | null
      waitMinutes: number | null
      transferQuantity: number | null
    }
    'planning.routingTool': {
      enterpriseId: GeneratedAlways<string>
      productId: ProductId
      position: number
      toolId: ToolId
      count: number
    }
    'planning.tool': {
      enterpriseId: GeneratedAlways<string>
      id: ToolId
      siteId: EquipmentId
      name: string
      count: number
    }
    'planning.unitCapacity': {
      enterpriseId: GeneratedAlways<string>
      workUnitId: EquipmentId
      siteId: EquipmentId
      kind: UnitCapacity['kind']
      count: number
      chargeLoad: number | null
      loadUnit: 'pieces' | 'kg' | null
    }
    'planning.transport': {
      enterpriseId: GeneratedAlways<string>
      siteId: EquipmentId
      fromAreaId: EquipmentId
      toAreaId: EquipmentId
      minutes: number
    }
    'planning.routingAlternative': {
      enterpriseId: GeneratedAlways<string>
      productId: ProductId
      position: number
      workUnitId: EquipmentId
      minutesPerPiece: number
    }
    'planning.absence': {
      enterpriseId: GeneratedAlways<string>
      id: AbsenceId
      siteId: EquipmentId
      groupId: GroupId
      count: number
      startAt: Instant
      endAt: Instant
      note: string | null
      reportedBy: string
    }
    'planning.pace': {
      enterpriseId: GeneratedAlways<string>
      id: string
      siteId: EquipmentId
      workUnitId: EquipmentId | null
      orderId: OrderId | null
      position: number | null
      ratio: number
      notedAt: Instant
    }
    'planning.reactionPolicy': {
      enterpriseId: GeneratedAlways<string>
      siteId: EquipmentId
      enabled: boolean
      causes: Proposal['cause'][]
      movesMax: number
      shiftHoursMax: number
      fromMinute: number
      toMinute: number
      rejectionsMax: number
      breakdownWords: string[]
      rejectionCount: number
      suspendedAt: Instant | null
      setAt: Instant
      setBy: string
    }
    'planning.setupMatrix': {
      enterpriseId: GeneratedAlways<string>
      workUnitId: EquipmentId
      siteId: EquipmentId
      otherwiseMinutes: number
      changes: Json<SetupMatrix['changes']>
    }
    'planning.operatorGroup': {
      enterpriseId: GeneratedAlways<string>
      id: GroupId
      siteId: EquipmentId
      name: string
      skills: string[]
      headcounts: Json<OperatorGroup['headcounts']>
    }
    'planning.calendarException': {
      enterpriseId: GeneratedAlways<string>
      id: ExceptionId
      siteId: EquipmentId
      workUnitId: EquipmentId | null
      kind: CalendarException['kind']
      startAt: Instant
      endAt: Instant
      note: string
    }
    'planning.productionOrder': {
      enterpriseId: GeneratedAlways<string>
      id: OrderId
      siteId: EquipmentId
      number: string
      productId: ProductId
      quantity: number
      releaseAt: Instant
      dueAt: Instant
      priority: number
      customer: string | null
      state: OrderState
      createdAt: Instant
      closedAt: Instant | null
    }
    'planning.plan': {
      enterpriseId: GeneratedAlways<string>
      id: PlanId
      siteId: EquipmentId
      state: 'draft' | 'published' | 'superseded'
      revision: number
      madeAt: Instant
      madeBy: string
      publishedAt: Instant | null
      publishedBy: string | null
    }
    'planning.planOperation': {
      enterpriseId: GeneratedAlways<string>
      planId: PlanId
      orderId: OrderId
      position: number
      part: number
      quantity: number | null
      workUnitId: EquipmentId
      lane: number
      setupStartAt: Instant
      startAt: Instant
      endAt: Instant
      operatorGroupId: string | null
      locked: boolean
      reason: Json<StartReason>
    }
    'planning.run': {
      enterpriseId: GeneratedAlways<string>
      siteId: EquipmentId
      id: string
      state: Run['state']
      startedAt: Instant
      heardAt: Instant
      budgetS: number
      progressRatio: number
      lateCount: number | null
      detail: string | null
      startedBy: string
    }
    'planning.proposal': {
      enterpriseId: GeneratedAlways<string>
      id: ProposalId
      siteId: EquipmentId
      workUnitId: EquipmentId | null
      cause: Proposal['cause']
      subject: string
      source: string
      basis: string
      title: string
      summary: string
      assumption: string
      renewedBecause: string | null
      firstMadeAt: Instant | null
      record: ColumnType<Assumption | null, string | null, string | null>
      byPolicy: boolean
      takenBackAt: Instant | null
      takenBackBy: string | null
      untilAt: Instant
      changes: Json<Proposal['changes']>
      state: 'open' | 'accepted' | 'dismissed' | 'outdated'
      madeAt: Instant
      decidedAt: Instant | null
      decidedBy: string | null
      reason: string | null
    }
    'planning.salesWeek': {
      enterpriseId: GeneratedAlways<string>
      productId: ProductId
      weekOn: string
      quantity: number
    }
    'planning.forecast': {
      enterpriseId: GeneratedAlways<string>
      productId: ProductId
      method: ForecastMethod
      wapeRatio: number | null
      biasRatio: number | null
      naiveWapeRatio: number | null
      naiveIsBest: boolean
      testedWeeks: number
      mendedWeeks: number
      historyUntilOn: string
      computedAt: Instant
    }
    'planning.forecastWeek': {
      enterpriseId: GeneratedAlways<string>
      productId: ProductId
      weekOn: string
      quantity: number
      lowQuantity: number
      highQuantity: number
    }
    'planning.forecastOverride': {
      enterpriseId: GeneratedAlways<string>
      productId: ProductId
      weekOn: string
      quantity: number
      reason: string
      setBy: string
      setAt: Instant
    }
    'planning.energyTariff': {
      enterpriseId: GeneratedAlways<string>
      id: TariffId
      siteId: EquipmentId
      name: string
      validFrom: string
      validTo: string | null
      otherwisePerKwh: number
      steps: Json<TariffStep[]>
      spotExpectedPerKwh: number | null
      peakChargePerKw: number
    }
    'planning.energySite': {
      enterpriseId: GeneratedAlways<string>
      siteId: EquipmentId
      baseLoadKw: number
      carbonGramsPerKwh: number | null
      peakReachedKw: number
      peakMonth: string
    }
    'planning.energySlot': {
      enterpriseId: GeneratedAlways<string>
      siteId: EquipmentId
      kind: SlotKind
      startAt: Instant
      minutes: SlotMinutes
      value: number
    }
    'planning.energyPower': {
      enterpriseId: GeneratedAlways<string>
      workUnitId: EquipmentId
      siteId: EquipmentId
      processKw: number
      families: Json<MachinePower['families']>
      setupKw: number
      idleKw: number
      outsideKw: number
      maySwitchOff: boolean
      switchOnKwh: number
      switchOnMinutes: number
    }
    'planning.energyAdvice': {
      enterpriseId: GeneratedAlways<string>
      id: AdviceId
      siteId: EquipmentId
      state: 'running' | 'open' | 'accepted' | 'dismissed' | 'outdated' | 'cancelled' | 'failed'
      wish: Json<AdviceWish>
      planId: PlanId
      planRevision: number
      result: ColumnType<AdviceResult | null, string | null, string | null>
      progressRatio: number
      startedAt: Instant
      startedBy: string
      heardAt: Instant
      decidedAt: Instant | null
      decidedBy: string | null
      reason: string | null
    }
    'planning.energySwitchOff': {
      enterpriseId: GeneratedAlways<string>
      id: SwitchOffId
      siteId: EquipmentId
      workUnitId: EquipmentId
      fromAt: Instant
      toAt: Instant
      madeBy: string
    }
    'planning.freezeFence': {
      enterpriseId: GeneratedAlways<string>
      placeId: EquipmentId
      siteId: EquipmentId
      frozenMinutes: number
      slushyMinutes: number
    }
    'planning.shiftRecord': {
      enterpriseId: GeneratedAlways<string>
      workUnitId: EquipmentId
      shiftStartAt: Instant
      siteId: EquipmentId
      shiftName: string
      shiftEndAt: Instant
      recordedAt: Instant
      spans: Json<readonly Span[]>
      starts: Json<readonly number[]>
      plannedS: number
      settledAt: Instant | null
      ranS: number | null
      lateS: number | null
      stoppedS: number | null
      idleS: number | null
      unheardS: number | null
      startCount: number | null
      metCount: number | null
    }
    'planning.scenario': {
      enterpriseId: GeneratedAlways<string>
      id: ScenarioId
      siteId: EquipmentId
      name: string
      changes: Json<ScenarioChange[]>
      state: Scenario['state']
      budgetS: number
      heardAt: Instant
      progressRatio: number
      detail: string | null
      baseMark: string | null
      computedAt: Instant | null
      result: NullableJson<ScenarioResult>
      placed: NullableJson<PlacedOperation[]>
      madeAt: Instant
      madeBy: string
      usedAt: Instant | null
      usedBy: string | null
    }
  }
}
